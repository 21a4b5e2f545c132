from .entries import FOLDER as FOLDER
from .entries import AssetError as AssetError
from .entries import asset as asset
from .entries import manifest as manifest
from .entries import register as register
from .entries import versions_of as versions_of
