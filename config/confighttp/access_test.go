package confighttp_test

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"example.com/lastgood/config/confighttp"
)

// everything returns a page with all parts.
func everything(t *testing.T) *node {
	t.Helper()
	store, path := follow(t, good)
	accept(t, store, path, strings.ReplaceAll(good, ":8080", ":9090"))
	accept(t, store, path, strings.ReplaceAll(good, ":8080", ":9090")+"log: {level: DEBUG}\n")
	reject(t, store, path, bad)
	other, _ := follow(t, good)
	return parse(t, get(t, confighttp.Handler(confighttp.Named("shop", store), confighttp.Named("other", other), confighttp.WithReload())))
}

func TestThePageIsAccessibleToScreenReaders(t *testing.T) {
	page := everything(t)
	if got := page.one(t, "html").attrs["lang"]; got != "en" {
		t.Errorf("lang=%q", got)
	}
	if page.one(t, "title").String() == "" || len(page.all("main")) != 1 || len(page.all("h1")) != 1 {
		t.Error("there is not one title, main and h1")
	}
	last := 0
	for _, h := range headings(page) {
		level := int(h.name[1] - '0')
		if level > last+1 {
			t.Errorf("%q is a heading of level %d after one of level %d", h, level, last)
		}
		last = level
	}
	ids := map[string]bool{}
	each(page, func(n *node) {
		if id := n.attrs["id"]; id != "" && ids[id] {
			t.Errorf("there are two elements %q", id)
		}
		ids[n.attrs["id"]] = true
	})
	for _, s := range page.all("section") {
		if !ids[s.attrs["aria-labelledby"]] {
			t.Errorf("section %s has no label", s.attrs["id"])
		}
	}
}

// each calls fn for every element.
func each(n *node, fn func(*node)) {
	for _, c := range n.elements() {
		fn(c)
		each(c, fn)
	}
}

func headings(page *node) (all []*node) {
	each(page, func(n *node) {
		if slices.Contains([]string{"h1", "h2", "h3", "h4", "h5", "h6"}, n.name) {
			all = append(all, n)
		}
	})
	return all
}

func TestCellsOfTablesHaveRolesAndLabels(t *testing.T) {
	tables := everything(t).all("table")
	if len(tables) != 7 { // four of the first store, three of the other
		t.Fatalf("there are %d tables", len(tables))
	}
	roles := map[string]string{"table": "table", "thead": "rowgroup", "tbody": "rowgroup", "tr": "row", "td": "cell"}
	for _, table := range tables {
		header := table.one(t, "thead").all("th")
		for _, th := range header {
			if th.attrs["scope"] != "col" || th.attrs["role"] != "columnheader" {
				t.Errorf("header %q: %v", th, th.attrs)
			}
		}
		for _, tr := range table.one(t, "tbody").all("tr") {
			cells := tr.elements()
			if len(cells) != len(header) || cells[0].attrs["scope"] != "row" || cells[0].attrs["role"] != "rowheader" {
				t.Errorf("row %q does not fit its header", tr)
				continue
			}
			for i, td := range cells[1:] { // on a narrow screen, the label is shown before the cell
				if want := header[i+1].String(); td.attrs["data-label"] != want {
					t.Errorf("cell %q is labelled %q, not %q", td, td.attrs["data-label"], want)
				}
			}
		}
		each(&node{children: []*node{table}}, func(n *node) {
			if role, ok := roles[n.name]; ok && n.attrs["role"] != role {
				t.Errorf("%s has the role %q", n.name, n.attrs["role"])
			}
		})
	}
}

// WCAG asks for a contrast of 4.5 to 1 at level AA.
func TestColoursHaveEnoughContrastInBothThemes(t *testing.T) {
	for name, colours := range themes(t) {
		for _, pair := range []string{
			"text page", "text panel", "text pending", "muted page", "muted panel", "muted pending", "link page",
			"on-band ok", "on-band attention", "on-band rejected", "caret panel", "on-mark mark", "on-attention attention-mark",
		} {
			front, back, _ := strings.Cut(pair, " ")
			if got := contrast(t, colours[front], colours[back]); got < 4.5 {
				t.Errorf("%s: %s on %s is %.2f to 1", name, front, back, got)
			}
		}
	}
}

// themes returns the colours of the light and the dark theme by name.
func themes(t *testing.T) map[string]map[string]string {
	t.Helper()
	blocks := regexp.MustCompile(`:root \{([^}]*)\}`).FindAllStringSubmatch(confighttp.Style, -1)
	if len(blocks) != 2 {
		t.Fatalf("there are %d themes", len(blocks))
	}
	both := map[string]map[string]string{"light": {}, "dark": {}}
	for i, name := range []string{"light", "dark"} {
		for _, c := range regexp.MustCompile(`--([\w-]+): (#\w{6});`).FindAllStringSubmatch(blocks[i][1], -1) {
			both[name][c[1]] = c[2]
		}
	}
	return both
}

// contrast returns the ratio of the relative luminances of two colours.
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(t *testing.T, colour string) (sum float64) {
	t.Helper()
	if len(colour) != 7 {
		t.Fatalf("%q is not a colour", colour)
	}
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(colour[1+2*i:3+2*i], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}
