package config

import (
	"bytes"
	"io"
	"io/fs"
	"slices"
	"strings"

	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/source"
)

// WithFile reads the files at paths. The extension determines the format, in upper or lower
// case: .yaml, .yml, .toml or .json; see [WithCodec] and [WithFormat] for others. The option
// can be repeated; later files win over earlier ones. A file that does not exist is an error;
// see [WithOptionalFile]. A relative path is resolved once, when the configuration is loaded.
//
// On Kubernetes, give the path in the directory at which the volume of the ConfigMap is
// mounted; a file that is mounted by subPath is never updated. By default, the file is searched
// for as described at [Load].
func WithFile(paths ...string) Option {
	return optionFunc(func(o *options) { o.addFiles("WithFile", paths, false) })
}

// WithOptionalFile is like [WithFile] for files that may not exist. A file that appears is
// loaded, and the values of one that disappears are no longer set. A file with nothing but
// comments sets nothing; an empty file is an error, since it may be about to be written. By
// default, every file must exist.
func WithOptionalFile(paths ...string) Option {
	return optionFunc(func(o *options) { o.addFiles("WithOptionalFile", paths, true) })
}

// WithContent reads data as a file of this name, whose extension determines the format:
// defaults that are embedded in the program, or a file that it has decrypted. It ranks among
// the files in the order of the options, and disables the search for a file. Problems and
// origins have the name, as given, and lines. The content never changes. It is not stored by
// [WithLastGood], which uses the present content, and commands of package configcli that are
// given other files still use it. The data is copied. Two contents of one name are an error. By
// default, there is no content.
func WithContent(name string, data []byte) Option {
	return optionFunc(func(o *options) { o.addContent("WithContent", name, bytes.Clone(data)) })
}

// WithFS is like [WithContent] for files of a file system, such as an [embed.FS]. They are read
// once, when the configuration is loaded. A path that does not exist, is not valid
// ([fs.ValidPath]) or is not a regular file is an error. By default, there is no content.
func WithFS(fsys fs.FS, paths ...string) Option {
	return optionFunc(func(o *options) {
		switch {
		case fsys == nil:
			o.fail("WithFS: the file system is nil")
			return
		case len(paths) == 0:
			o.fail("WithFS: no path given")
		}
		for _, path := range paths {
			if !fs.ValidPath(path) {
				o.fail("WithFS: %q is no path in a file system: it has no leading slash, and no \".\" or \"..\"", path)
				continue
			}
			if content := o.addContent("WithFS", path, nil); content != nil {
				o.contentReaders = append(o.contentReaders, func() { content.Data = o.readFS(fsys, path) })
			}
		}
	})
}

// addContent adds content that ranks as a file. It returns nil if the name is not valid.
func (o *options) addContent(option, name string, data []byte) *source.Content {
	if name == "" || strings.ContainsRune(name, 0) {
		o.fail("%s: %q is no name of a file", option, name)
		return nil
	}
	if slices.ContainsFunc(o.files, func(p source.Place) bool { return p.Given && p.Path == name }) {
		o.fail("%s: there are two contents with the name %q", option, name)
	}
	content := &source.Content{Name: name, Data: data}
	o.files = append(o.files, source.Place{Path: name, Content: content, Given: true})
	return content
}

// readFS returns the content of a file, cut to one byte more than the limit of its size.
func (o *options) readFS(fsys fs.FS, path string) (data []byte) {
	o.call(&guard.Func{Name: "WithFS: a method of the file system"}, func() {
		f, err := fsys.Open(path)
		if err != nil {
			o.fail("WithFS: %w", err)
			return
		}
		defer func() { _ = f.Close() }() // it was only read: nothing is lost
		if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
			o.fail("WithFS: %q is no regular file", path)
			return
		}
		if data, err = io.ReadAll(io.LimitReader(f, o.limits.Size+1)); err != nil {
			o.fail("WithFS: %q: %w", path, err)
		}
	})
	return data
}

func (o *options) addFiles(option string, paths []string, optional bool) {
	if len(paths) == 0 {
		o.fail("%s: no path given", option)
	}
	for _, path := range paths {
		if abs, ok := o.absolute(option, path); ok {
			o.files = append(o.files, source.Place{Path: abs, Optional: optional})
		}
	}
}

// absolute returns the absolute form of an option's path, and whether the path is valid.
func (o *options) absolute(option, path string) (abs string, ok bool) {
	switch {
	case path == "":
		o.fail("%s: the path is empty", option)
		return "", false
	case strings.ContainsRune(path, 0):
		o.fail("%s: the path %q has a NUL character", option, path)
		return "", false
	}
	abs, err := source.Abs(path)
	if err != nil {
		o.fail("%s: %w", option, err)
	}
	return abs, err == nil
}
