"""From parts to Document to HTML to PDF; fonts, pictures, codes."""
