"""Flows: load, decide, save. One module per flow, started by the clock, the readers or the operator."""
