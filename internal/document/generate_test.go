package document_test

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"example.com/lastgood/internal/document"
)

var words = strings.Fields(`addr admin api backend batch bucket cache cert client cluster codec conn cron cursor db depth dial
	disk dns engine event fetch file filter flush gate group health host index input job key label lease level limit link
	log mail max merge metric min mode name node offset output owner path peer pool port proxy queue quota rate read region
	retry role root route rule scope seed shard size slot sort stage store stream table tag team tick token topic trace ttl
	unit url user vhost wait watch weight window worker write zone`)

// generator generates a random configuration.
type generator struct {
	*rand.Rand
	format document.Format
	strings.Builder
}

// generate returns a document of a format.
func generate(format document.Format, seed uint64) string {
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 7)), format: format} //nolint:gosec // reproducible
	switch format {
	case document.TOML:
		g.tables("", 0)
	case document.JSON:
		g.object(0)
		g.WriteByte('\n')
	default:
		g.section("", 0)
	}
	return g.String()
}

// names returns n distinct keys.
func (g *generator) names(n int) []string {
	var names []string
	for _, i := range g.Perm(len(words))[:n] {
		name := words[i]
		if g.IntN(3) == 0 {
			name += "_" + words[g.IntN(len(words))]
		}
		names = append(names, name)
	}
	return names
}

// scalar returns a random value in the format's syntax.
func (g *generator) scalar() string {
	word := words[g.IntN(len(words))]
	quoted := []string{`"` + word + `"`, `"` + word + ` of the ` + word + `"`, `":` + fmt.Sprint(1024+g.IntN(9000)) + `"`, `"http://` + word + `.svc:8080/x"`, `"` + fmt.Sprint(1+g.IntN(60)) + `s"`}
	plain := []string{fmt.Sprint(g.IntN(1000)), "true", "false", "0.5"}
	switch k := g.IntN(10); {
	case k < 3:
		return plain[g.IntN(len(plain))]
	case g.format != document.YAML || k < 5:
		return quoted[g.IntN(len(quoted))]
	case k < 6:
		return "'" + word + "'"
	case k < 8:
		return word
	default:
		return []string{"10s", "http://" + word + ":80/y", word + ".example.com:443", "two " + word + "s", "/var/lib/" + word}[g.IntN(5)]
	}
}

func (g *generator) list() string {
	var items []string
	for range 1 + g.IntN(4) {
		items = append(items, g.scalar())
	}
	return "[" + strings.Join(items, ", ") + "]"
}

// section writes the keys of a YAML map with an indentation.
func (g *generator) section(indent string, depth int) {
	for i, name := range g.names(2 + g.IntN(4) + max(0, 3-3*depth)) {
		if depth == 0 && i > 0 && g.IntN(2) == 0 {
			g.WriteString("\n")
		}
		if g.IntN(12) == 0 {
			g.WriteString(indent + "# the " + name + "\n")
		}
		switch k := g.IntN(10); {
		case k < 3 && depth < 3:
			g.WriteString(indent + name + ":\n")
			g.section(indent+"  ", depth+1)
		case k == 3 && depth < 3:
			g.WriteString(indent + name + ":\n")
			for range 1 + g.IntN(3) {
				g.WriteString(indent + "  - " + g.names(1)[0] + ": " + g.scalar() + "\n")
				g.section(indent+"    ", depth+2)
			}
		case k == 4:
			g.WriteString(indent + name + ":\n")
			for range 1 + g.IntN(4) {
				g.WriteString(indent + "  - " + g.scalar() + "\n")
			}
		case k == 5:
			g.WriteString(indent + name + ": " + g.list() + "\n")
		default:
			g.WriteString(indent + name + ": " + g.scalar() + "\n")
		}
	}
}

// tables writes a TOML table and the tables below it.
func (g *generator) tables(path string, depth int) {
	names := g.names(3 + g.IntN(4))
	inner := 0
	if depth < 2 {
		inner = 2
	}
	for _, name := range names[:len(names)-inner] {
		value := g.scalar()
		switch g.IntN(4) {
		case 0:
			value = g.list()
		case 1:
			value = "{ a = " + g.scalar() + ", b = " + g.scalar() + " }"
		}
		g.WriteString(name + " = " + value + "\n")
	}
	for _, name := range names[len(names)-inner:] {
		g.WriteString("\n[" + path + name + "]\n")
		g.tables(path+name+".", depth+1)
	}
}

// object writes a JSON map.
func (g *generator) object(depth int) {
	indent := strings.Repeat("  ", depth+1)
	g.WriteString("{\n")
	for i, name := range g.names(3 + g.IntN(4)) {
		if i > 0 {
			g.WriteString(",\n")
		}
		g.WriteString(indent + `"` + name + `": `)
		switch k := g.IntN(6); {
		case k < 2 && depth < 3:
			g.object(depth + 1)
		case k == 2:
			g.WriteString(g.list())
		case k == 3 && depth < 3:
			g.WriteString("[\n" + indent + "  ")
			for i := range 2 + g.IntN(2) {
				if i > 0 {
					g.WriteString(",\n" + indent + "  ")
				}
				g.WriteString(g.scalar())
			}
			g.WriteString("\n" + indent + "]")
		default:
			g.WriteString(g.scalar())
		}
	}
	g.WriteString("\n" + indent[2:] + "}")
}
