"""The autopilot: treats what the doctor finds, judges each treatment, and undoes what fails."""
