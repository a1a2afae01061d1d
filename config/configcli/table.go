package configcli

import (
	"slices"
	"strings"
)

// table lays out rows in columns, the first row being their headings. The last column
// is broken into lines of at most wrap characters, unless that is 0. What cannot be seen
// in a cell is escaped.
func table(rows [][]string, wrap int) string {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			row[i] = escaped(cell)
		}
		for i, cell := range row[:len(row)-1] {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], len([]rune(cell)))
		}
	}
	var b strings.Builder
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row[:len(row)-1] {
			line.WriteString(cell + strings.Repeat(" ", widths[i]-len([]rune(cell))+2))
		}
		margin := strings.Repeat(" ", len([]rune(line.String())))
		for i, part := range broken(row[len(row)-1], wrap) {
			if i > 0 {
				line.WriteString("\n" + margin)
			}
			line.WriteString(part)
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	return b.String()
}

// broken breaks a text at blanks into lines of at most width characters.
func broken(text string, width int) []string {
	if width == 0 || len([]rune(text)) <= width {
		return []string{text}
	}
	runes := []rune(text)
	end := width
	for end > 0 && runes[end] != ' ' {
		end--
	}
	if end == 0 { // a word that is longer
		if end = slices.Index(runes, ' '); end < 0 {
			return []string{text}
		}
	}
	return append([]string{string(runes[:end])}, broken(string(runes[end+1:]), width)...)
}
