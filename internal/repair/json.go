package repair

func (h *hypotheses) json() {}
