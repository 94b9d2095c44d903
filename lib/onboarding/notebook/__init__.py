"""What a runbook shows and asks: the only layer that knows IPython and widgets."""
