"""Auto-onboarding: an intent comes in, a connection is ACTIVE in Safe Mode or says why not (source 004)."""
