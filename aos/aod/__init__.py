"""AOD: finds the pipe and hands it to DCL.

targets    which endpoints, and how their URLs are spelled    signs      what a platform answers (seeds/middleware.yaml)
scanner    what answers there                                 catalogue  what was ever found, append-only
handoff    the targeting package and the handshake with DCL   api        the routes
discovery  evidence → candidates, intents                     inventory  rows of evidence; vendors: whom they mean
candidates what was found goes to AAM
triage     the page for people
"""
