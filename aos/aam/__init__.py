"""AAM: the architect. It draws pipes and orders jobs, and never moves a row itself.

onboarding   intent → connection: state, catalogue, tiny first sync, in an append-only registry
blueprints   candidates → pipes, their structure to DCL (path 1), job orders to Farm (path 2)
"""
