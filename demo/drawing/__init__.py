"""Draws the demo shop's pictures as gouache still lifes: SVG shapes, rasterised by Chromium, grained by Pillow."""
