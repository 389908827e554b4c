"""The vendors of the 29 families, played: their paths, credentials, paging, limits and errors, written from their own
documentation. A client that does well here was not written against this, nor this against a client.

asked, reply     a request as the vendor would have got it, and what goes back
vendor           what every vendor is: routes, who is let in, its own words for no
vendors/         one file a vendor, or a group with one way of speaking
auth/            what is checked of a credential: tokens, assertions, signatures
book             the credentials that were issued, the knobs, the counters
paging, waits    windows on a list; the ways to say how long to wait
made             things to be listed, the same for the same account
stage            one request through all of it
door, controls   the endpoints
"""
