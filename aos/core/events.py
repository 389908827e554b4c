"""A ring of what happened, for `/events`. Written by the event helper; see `service.py` for the endpoint."""
