"""Who is named in a page: organisations, their places, short forms and the words that refer back to them."""
