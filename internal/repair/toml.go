package repair

func (h *hypotheses) toml() {}
