"""For authors of plugins: contracts to test their plugins against."""
