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

// WithCodec adds a format: files with the extension ext, in upper or lower case and with or
// without its dot, are decoded by d. Decoders have the interface of Viper's, such as those of
// github.com/go-viper/encoding for ini, properties, dotenv and hcl. The option can be repeated,
// once for each extension. A nil decoder, an invalid extension, and yaml, yml, toml and json
// are errors.
//
// Such files are found, watched, merged and validated like others, but the origin of a value is
// the file without a line. Texts are decoded as for [WithEnv]: "8080" for an int, a,b,c for a
// list. For a struct, a list of one map is read as that map, and for a map, a list of maps as
// all of their entries, as for the blocks of HCL. A key at the top level that is not a key of
// the type but the name of a variable without a prefix sets that key, as in dotenv files:
// SERVER_READ_TIMEOUT sets server.read_timeout. The section DEFAULT, in which the codec for ini
// puts keys without a section, is the top level.
//
// The decoder is given a copy of the content, and is called by one goroutine at a time for a
// store; one for several stores must be safe for concurrent use. It may panic or not return.
// Its error is shown only if the type has no secrets, since it may quote one. By default, there
// are no other formats.
func WithCodec(ext string, d viper.Decoder) Option {
	return optionFunc(func(o *options) {
		name := strings.ToLower(strings.TrimPrefix(ext, "."))
		switch {
		case name == "":
			o.fail("WithCodec: the extension is empty")
		case filepath.Ext("."+name) != "."+name || strings.ContainsFunc(name, isInvalidInExtension):
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

func isInvalidInExtension(r rune) bool { return r <= ' ' || r == '/' || r == '\\' || r == 0x7f }

// WithFormat sets the format of files of [WithFile], [WithOptionalFile] and $CONFIG_FILE whose
// names have no known extension, such as app.conf: "yaml", "toml", "json", or the extension of
// a codec. Files with a known extension keep their format, and directories ([WithDir]) and
// searches ([WithSearch]) consider only those. An unknown format, and a second one, are errors.
// By default, a file without a known extension is an error.
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

// checkFormat reports a format of WithFormat that does not exist.
func (o *options) checkFormat() {
	if known := o.extensions(); o.format != "" && !slices.Contains(known, o.format) {
		o.fail("WithFormat(%q): there is no such format; give its codec with WithCodec", o.format)
	}
}

// extensions returns the extensions of files that can be read.
func (o *options) extensions() []string { return load.Extensions(o.codecs) }

// isDocument reports whether the file of this name in a directory of files is read.
func (o *options) isDocument(name string) bool {
	ext, hasExt := strings.CutPrefix(filepath.Ext(name), ".")
	return hasExt && !strings.HasPrefix(name, ".") && slices.Contains(o.extensions(), strings.ToLower(ext))
}
