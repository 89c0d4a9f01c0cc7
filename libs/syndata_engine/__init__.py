"""All the thinking, pure: reading, planning, generation, formats. Bytes and values in, bytes and values out."""
