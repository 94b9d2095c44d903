"""The answers of a customer: one schema built from the questions, and its faces: workbook, files, listing."""
