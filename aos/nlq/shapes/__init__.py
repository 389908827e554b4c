"""What a question is answered with, a file a kind: one figure, figures by something, a change, records."""
