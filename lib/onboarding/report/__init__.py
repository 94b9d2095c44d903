"""What managers read: figures computed from values, HTML made of figures, files made of executed notebooks."""
