"""AAM: the architect. It draws pipes and orders jobs, and never moves a row itself.

blueprints   candidates → pipes, their structure to DCL (path 1), job orders to Farm (path 2)
"""
