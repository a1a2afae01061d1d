package repair

import "example.com/lastgood/internal/document"

func somethingElse(f document.Format, data []byte) (document.Problem, bool) {
	return document.Problem{}, false
}
