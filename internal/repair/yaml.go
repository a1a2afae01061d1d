package repair

import "strings"

const (
	yamlItems = `^\s*(?:- +)*` // the dashes of items that a line starts with
	yamlKey   = `(?:[^\s:#'"\[\]{},&*!|>%@\x60=-][^\s:=]*|"[^"]*"|'[^']*'|<<)`
	yamlEnd   = `(?:\s+#.*)?$`
	noColon   = `(?:[^:]|:\S)*` // that ends a key
)

// yamlLines are mistakes on single lines of YAML.
var yamlLines = lines(far, 1,
	part(yamlItems+yamlKey+`(:)/?[^\s:/]`+noColon+`$`, as(": "), certain, `no space after the ":"`, "put a space there"),
	part(yamlItems+yamlKey+`(:)[^\s:]`, as(": "), possible, `no space after the ":"`, "put a space there"),
	part(`^\s*((?:[*•–—‐‑·]|-\t)\s*)\S`, as("- "), certain, `an item of a list starts with "-" and a space`, "write them"),
	part(yamlItems+`(-)[^\s\d-]`, as("- "), certain, `no space after the "-"`, "put a space there"),
	part(yamlItems+`(-)(?:\d|-+[^\s-])`, as("- "), likely, `no space after the "-"`, "put a space there"),
	yamlItem,
	part(yamlItems+yamlKey+`(\s*=\s*)`+noColon+`$`, as(": "), certain, `"=" where ":" is expected`, `write ":" and a space`),
	part(yamlItems+yamlKey+`()(?:[ \t]+[^\s#]\S*){1,2}`+yamlEnd, as(":"), likely, `no ":" after the key`, `write a ":" and a space`),
	part(yamlItems+yamlKey+`()(?:[ \t]+[^\s#]\S*){3,}`+yamlEnd, as(":"), possible, `no ":" after the key`, `write a ":" and a space`),
	part(yamlItems+yamlKey+`()`+yamlEnd, as(":"), likely+1, `no ":" after the key`, `write a ":"`),
)

// yamlValues are mistakes in values of YAML, and lines that are nothing else.
var yamlValues = lines(1, 1,
	part(`(?:^|[:-])\s+('..+')`+yamlEnd, escaped("'", "''"), likely, "", ""),
	part(`(?:^|[:-])\s+("..+")`+yamlEnd, escaped(`"`, `\"`), likely, "", ""),
	part(`\s(//)`, as("#"), likely, `"//" starts no comment in YAML`, `write "#"`),
	part(`(,\s*,)`, as(","), likely, `"," twice`, "remove one"),
	part(yamlItems+yamlKey+`:\s+(\S.*?)`+yamlEnd, yamlQuoted, possible+2, "", ""),
	part(`^\s*(?:- +)+(\S.*?)`+yamlEnd, yamlQuoted, possible+2, "", ""),
	unlikely(part(`^\s*()[^\s:]`+noColon+`$`, as("# "), desperate, "the line is no key with a value, and no item of a list", `remove it, or make it a comment with "#"`)),
)

// escaped returns what makes of a text in quotes one with those in it escaped.
func escaped(quote, as string) func(string) string {
	return func(text string) string {
		return quote + strings.ReplaceAll(text[1:len(text)-1], quote, as) + quote
	}
}

// yamlQuoted puts a value into quotes, unless it is meant to be a list, a map or in quotes.
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

// yamlItem adds the dash that is missing where the lines around it are items.
func yamlItem(p *page, i int, add adder) {
	s := p.scanned(i)
	if s.dashes() || p.distance(i) > 4 {
		return
	}
	dash := func(cost int) {
		add(p.splice(i, s.indent, s.indent, "- ", cost, `no "-" in front of an item of a list`, `write "-" and a space`))
	}
	if next := p.next(i); next >= 0 && p.scanned(next).indent > s.indent && s.colon >= 0 && s.value < s.end {
		dash(likely + 1) // what is below belongs to the same item
	}
	for _, step := range []func(int) int{p.previous, p.next} {
		j := step(i)
		for j >= 0 && p.scanned(j).indent > s.indent {
			j = step(j)
		}
		if j >= 0 && p.scanned(j).indent == s.indent && p.scanned(j).dashes() {
			dash(likely)
			return
		}
	}
}
