"""Makes the pictures that Tests/ImagesTests reads in kinds that our own encoders do not write.

Run with Pillow 12: python Tests/Goldens/make_image_goldens.py
"""

from pathlib import Path

from PIL import Image

folder = Path(__file__).parent

# Four quarters in print colours: cyan, magenta, yellow, black. Pillow stores them inverted, as Adobe's programs do.
inks = [(255, 0, 0, 0), (0, 255, 0, 0), (0, 0, 255, 0), (0, 0, 0, 255)]
picture = Image.new("CMYK", (32, 32))
for index, ink in enumerate(inks):
    picture.paste(ink, (16 * (index % 2), 16 * (index // 2), 16 * (index % 2) + 16, 16 * (index // 2) + 16))
picture.save(folder / "cmyk.jpg", quality=95, subsampling=0)
