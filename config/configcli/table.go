package configcli

import (
	"slices"
	"strings"
)

// table lays out rows in columns; the first row has the headings. The last column is wrapped
// after at most width characters, unless that is 0. Invisible characters are escaped.
func table(rows [][]string, width int) string {
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
		for i, part := range wrap(row[len(row)-1], width) {
			if i > 0 {
				line.WriteString("\n" + margin)
			}
			line.WriteString(part)
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	return b.String()
}

// wrap breaks a text at blanks into lines of at most width characters. A word that is longer is
// not broken.
func wrap(text string, width int) []string {
	if width == 0 || len([]rune(text)) <= width {
		return []string{text}
	}
	runes := []rune(text)
	end := width
	for end > 0 && runes[end] != ' ' {
		end--
	}
	if end == 0 { // the first word is longer
		if end = slices.Index(runes, ' '); end < 0 {
			return []string{text}
		}
	}
	return append([]string{string(runes[:end])}, wrap(string(runes[end+1:]), width)...)
}
