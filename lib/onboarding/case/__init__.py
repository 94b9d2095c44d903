"""One customer opened: answers, record, what is planned for them, and what people say and decide."""
