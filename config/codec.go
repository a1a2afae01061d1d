package config

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/viper"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/load"
)

// WithCodec reads files of another format: those whose extension is ext, in any case and
// with or without its dot. Decoders are those that Viper uses, such as the ones of
// github.com/go-viper/encoding for ini, properties, dotenv and hcl. It can be given several
// times, once for each extension; yaml, yml, toml and json cannot be replaced.
//
// Such files are found, followed, merged and validated like any other, but values have the
// file alone as their place, without a line. Texts are read as for [WithEnv]: "8080" as an
// int, a,b,c as a list. A list of one map is read as a section, and a list of any number for
// a map, as for the blocks of HCL. A key at the top level that the configuration does not
// have, but that is the name of a variable without a prefix, as in a dotenv file, is read as
// that variable: SERVER_READ_TIMEOUT sets server.read_timeout. What is under
// DEFAULT, where the codec for ini has the keys above the first section, belongs to the top
// level.
//
// The decoder gets a copy of the content. It may panic, or not return. It is called by one
// goroutine at a time for a store; one that is given to several stores must be safe for
// concurrent use. Its error is shown unless the configuration has secrets, since it may
// quote one. By default, there are no other formats.
func WithCodec(ext string, d viper.Decoder) Option {
	return optionFunc(func(o *options) {
		name := strings.ToLower(strings.TrimPrefix(ext, "."))
		switch {
		case name == "":
			o.fail("WithCodec: the extension is empty")
		case filepath.Ext("."+name) != "."+name || strings.ContainsFunc(name, isNoPartOfAnExtension):
			o.fail("WithCodec(%q): no file name has such an extension; it is what follows the last dot", ext)
		case slices.Contains(document.Extensions(), name):
			o.fail("WithCodec(%q): this format cannot be replaced", ext)
		case slices.ContainsFunc(o.codecs, func(c load.Codec) bool { return c.Ext == name }):
			o.fail("WithCodec(%q): there is a codec for it already", ext)
		case d == nil:
			o.fail("WithCodec(%q): the decoder is nil", ext)
		default:
			o.codecs = append(o.codecs, load.Codec{Ext: name, Read: layers.NewCodec(name, d).Read})
		}
	})
}

func isNoPartOfAnExtension(r rune) bool { return r <= ' ' || r == '/' || r == '\\' || r == 0x7f }

// WithFormat sets the format of files whose name has no known extension, such as app.conf
// or settings: "yaml", "toml", "json", or the extension of a codec. It goes for all files
// that are named by [WithFile], [WithOptionalFile] or $CONFIG_FILE; a file with a known
// extension has that format all the same, and where a file is looked for, or a directory
// read by [WithDir], only those with known extensions are found. By default, such a file is
// an error.
func WithFormat(format string) Option {
	return optionFunc(func(o *options) {
		name := strings.ToLower(strings.TrimPrefix(format, "."))
		switch {
		case name == "":
			o.fail("WithFormat: the format is empty")
		case o.format != "" && o.format != name:
			o.fail("WithFormat(%q): there is one already, %q", format, o.format)
		default:
			o.format = name
		}
	})
}

// checkFormat makes sure that there is what WithFormat names.
func (o *options) checkFormat() {
	if known := o.extensions(); o.format != "" && !slices.Contains(known, o.format) {
		o.fail("WithFormat(%q): there is no such format; give its codec with WithCodec", o.format)
	}
}

// extensions returns those of files that can be read.
func (o *options) extensions() []string { return load.Extensions(o.codecs) }

// isDocument reports whether a file in a directory of files is one to read, going by its
// name.
func (o *options) isDocument(name string) bool {
	ext, hasExt := strings.CutPrefix(filepath.Ext(name), ".")
	return hasExt && !strings.HasPrefix(name, ".") && slices.Contains(o.extensions(), strings.ToLower(ext))
}
