"""How the exits, the Medusa heads and the small draft learn from text that the model writes itself."""
