package review

import (
	"bytes"
	_ "embed"
	"html/template"
)

//go:embed page.gohtml
var pageSource string

var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"short": short,
}).Parse(pageSource))

// HTML returns the report as a page that needs nothing else: no script, no font,
// no image from anywhere.
func (r Report) HTML() ([]byte, error) {
	var b bytes.Buffer
	err := page.Execute(&b, r)
	return b.Bytes(), err
}

// Touched returns the roots that change or failed, for the page.
func (r Report) Touched() (all []Root) {
	for _, root := range r.Roots {
		if root.Status == Changes || root.Status == Failed {
			all = append(all, root)
		}
	}
	return all
}

// Quiet returns the others.
func (r Report) Quiet() (all []Root) {
	for _, root := range r.Roots {
		if root.Status != Changes && root.Status != Failed {
			all = append(all, root)
		}
	}
	return all
}
