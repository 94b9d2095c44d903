"""What is to be said of the rows of a file: what hinders its customer, and what is to be known."""

from __future__ import annotations

from dataclasses import dataclass, field

from onboarding.answers.fact_file import Complaint, FactRow


@dataclass
class Objections:
    """What is wrong with rows, which hinders the customer, and what is to be known of others, which does not."""

    complaints: list[Complaint] = field(default_factory=list)
    remarks: list[Complaint] = field(default_factory=list)

    def refuse(self, row: FactRow, column: str, what: str, remedy: str = "") -> None:
        self.complaints.append(Complaint(row.cell(column), what, remedy))

    def remark(self, row: FactRow, column: str, what: str, remedy: str = "") -> None:
        self.remarks.append(Complaint(row.cell(column), what, remedy))
