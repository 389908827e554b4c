"""What is checked of a credential. Each check stands by itself and knows no vendor."""
