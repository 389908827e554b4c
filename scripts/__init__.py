"""Scripts for users and makers of AOS."""
