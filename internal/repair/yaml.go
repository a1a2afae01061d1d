package repair

import "strings"

const (
	yamlItems = `^\s*(?:- +)*` // the dashes of list items at the start of a line
	yamlKey   = `(?:[^\s:#'"\[\]{},&*!|>%@\x60=-][^\s:=]*|"[^"]*"|'[^']*'|<<)`
	yamlEnd   = `(?:\s+#.*)?$`
	noColon   = `(?:[^:]|:\S)*` // text without a colon that ends a key
)

// yamlLines are mistakes on single lines of YAML.
var yamlLines = lines(far, 1,
	replaceMatch(yamlItems+yamlKey+`(:)/?[^\s:/]`+noColon+`$`, constant(": "), certain, `no space after the ":"`, "put a space there"),
	replaceMatch(yamlItems+yamlKey+`(:)[^\s:]`, constant(": "), possible, `no space after the ":"`, "put a space there"),
	replaceMatch(`^\s*((?:[*•–—‐‑·]|-\t)\s*)\S`, constant("- "), certain, `an item of a list starts with "-" and a space`, "write them"),
	replaceMatch(yamlItems+`(-)[^\s\d-]`, constant("- "), certain, `no space after the "-"`, "put a space there"),
	replaceMatch(yamlItems+`(-)(?:\d|-+[^\s-])`, constant("- "), likely, `no space after the "-"`, "put a space there"),
	yamlItem,
	replaceMatch(yamlItems+yamlKey+`(\s*=\s*)`+noColon+`$`, constant(": "), certain, `"=" where ":" is expected`, `write ":" and a space`),
	replaceMatch(yamlItems+yamlKey+`()(?:[ \t]+[^\s#]\S*){1,2}`+yamlEnd, constant(":"), likely, `no ":" after the key`, `write a ":" and a space`),
	replaceMatch(yamlItems+yamlKey+`()(?:[ \t]+[^\s#]\S*){3,}`+yamlEnd, constant(":"), possible, `no ":" after the key`, `write a ":" and a space`),
	replaceMatch(yamlItems+yamlKey+`()`+yamlEnd, constant(":"), likely+1, `no ":" after the key`, `write a ":"`),
)

// yamlValues are mistakes in values of YAML, and lines that are neither a key nor an item.
var yamlValues = lines(1, 1,
	replaceMatch(`(?:^|[:-])\s+('..+')`+yamlEnd, escaped("'", "''"), likely, "", ""),
	replaceMatch(`(?:^|[:-])\s+("..+")`+yamlEnd, escaped(`"`, `\"`), likely, "", ""),
	replaceMatch(`\s(//)`, constant("#"), likely, `"//" starts no comment in YAML`, `write "#"`),
	replaceMatch(`(,\s*,)`, constant(","), likely, `"," twice`, "remove one"),
	replaceMatch(yamlItems+yamlKey+`:\s+(\S.*?)`+yamlEnd, yamlQuoted, possible+2, "", ""),
	replaceMatch(`^\s*(?:- +)+(\S.*?)`+yamlEnd, yamlQuoted, possible+2, "", ""),
	noLine(replaceMatch(`^\s*()[^\s:]`+noColon+`$`, constant("# "), desperate, "the line is no key with a value, and no item of a list", `remove it, or make it a comment with "#"`)),
)

// escaped returns a function that escapes the quotes in a quoted text.
func escaped(quote, as string) func(string) string {
	return func(text string) string {
		return quote + strings.ReplaceAll(text[1:len(text)-1], quote, as) + quote
	}
}

// yamlQuoted quotes a value, unless it is meant as a list or map or is quoted.
func yamlQuoted(value string) string {
	switch first, last := value[0], value[len(value)-1]; first {
	case '"', '\'':
		if last == first {
			return value
		}
	case '[', '{':
		if last == closing(first) {
			return value
		}
	}
	return "'" + strings.ReplaceAll(value, "'", "''") + "'"
}

// yamlItem adds a missing dash where the lines around it are items.
func yamlItem(p *region, i int, add addFunc) {
	s := p.scan(i)
	if s.dashes() || p.distance(i) > 4 {
		return
	}
	dash := func(cost int) {
		add(p.splice(i, s.indent, s.indent, "- ", cost, `no "-" in front of an item of a list`, `write "-" and a space`))
	}
	if next := p.next(i); next >= 0 && p.scan(next).indent > s.indent && s.colon >= 0 && s.value < s.end {
		dash(likely + 1) // the lines below are in the same item
	}
	for _, step := range []func(int) int{p.previous, p.next} {
		j := step(i)
		for j >= 0 && p.scan(j).indent > s.indent {
			j = step(j)
		}
		if j >= 0 && p.scan(j).indent == s.indent && p.scan(j).dashes() {
			dash(likely)
			return
		}
	}
}
