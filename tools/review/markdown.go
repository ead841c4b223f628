package review

import (
	"fmt"
	"strings"

	"github.com/seastack/seastack/gen/diag"
)

// Comment are the choices of a comment.
type Comment struct {
	Limit int    // in bytes
	Page  string // URL of the whole report; may be empty
	// Digest is that of the report's JSON, which holds those of all plans.
	Digest string
	// Note is said first, as it is: that the report is stale, say.
	Note string
}

// GitHubLimit is the largest body of a comment, in characters. A byte is never
// more than one.
// https://docs.github.com/en/rest/issues/comments
const GitHubLimit = 65536

// Marker names the comment of an environment among all comments.
func Marker(environment string) string { return "<!-- seastack:plan:" + environment + " -->" }

// Markdown returns the report as a comment of GitHub's. What is destroyed,
// replaced or allowed comes first and is never folded. What does not fit is
// counted, and is in the page.
func (r Report) Markdown(c Comment) string {
	head := r.markdownHead(c)
	tail := r.markdownTail(c)
	roots := r.Touched()
	lines := 0
	for _, root := range roots {
		lines += len(shortSection(root))
	}
	left := c.Limit - len(head) - len(tail) - reserve
	grave := graveSections(r, left-min(lines, left/4))
	b := budget{left: left - len(grave)}
	sections := make([]string, 0, len(roots))
	cut := 0
	for _, root := range roots { // each is named before any is told of in full
		line := shortSection(root)
		if !b.take(len(line)) {
			cut++
			continue
		}
		sections = append(sections, line)
	}
	for i := range sections {
		full := section(roots[i])
		if b.take(len(full) - len(sections[i])) {
			sections[i] = full
		} else if cut == 0 {
			cut = -1
		}
	}
	body := head + grave + strings.Join(sections, "")
	switch {
	case cut > 0:
		body += fmt.Sprintf("\n**%d more stacks do not fit here**%s\n", cut, see(c.Page))
	case cut < 0:
		body += "\n**Not all of it fits here**" + see(c.Page) + "\n"
	}
	return body + tail
}

// reserve is kept for the lines that say what does not fit.
const reserve = 600

func see(page string) string {
	if page == "" {
		return ": the job's summary and the page among its artifacts have everything."
	}
	return ": [the report](" + page + ") has everything."
}

type budget struct{ left int }

func (b *budget) take(n int) bool {
	if n > b.left {
		return false
	}
	b.left -= n
	return true
}

func (r Report) markdownHead(c Comment) string {
	var b strings.Builder
	b.WriteString(Marker(r.Environment) + "\n")
	if c.Digest != "" {
		b.WriteString("<!-- seastack:report:" + c.Digest + " -->\n")
	}
	fmt.Fprintf(&b, "### %s: %s\n\n", code(r.Environment), r.Headline())
	if c.Note != "" {
		fmt.Fprintf(&b, "> [!WARNING]\n> %s\n\n", c.Note)
	}
	var facts []string
	if r.From != "" {
		facts = append(facts, "**"+escape(r.Promotion())+"**")
	}
	if r.Commit != "" {
		what := "head " + code(short(r.Commit))
		if r.Dirty {
			what += " with changes that are not committed"
		}
		facts = append(facts, what)
	}
	if r.Base != "" {
		facts = append(facts, "base "+code(short(r.Base)))
	}
	facts = append(facts, "planned "+r.When())
	if c.Digest != "" {
		facts = append(facts, "report "+code(short(c.Digest)))
	}
	if c.Page != "" {
		facts = append(facts, "[the whole report]("+c.Page+")")
	}
	return b.String() + strings.Join(facts, " · ") + "\n"
}

func (r Report) markdownTail(Comment) string {
	quiet := r.Count(Proven, Unchanged, Unaffected)
	if quiet == 0 {
		return ""
	}
	text := fmt.Sprintf("\n%d of %d stacks are unchanged: %d proven without asking Terraform, %d planned", quiet, len(r.Roots), r.Count(Proven), r.Count(Unchanged))
	if n := r.Count(Unaffected); n > 0 {
		text += fmt.Sprintf(", %d not affected by the change", n)
	}
	return text + ".\n"
}

// graveSections lists what nobody may overlook: in full, else by address. Only
// when even that is more than a comment holds, the rest is counted, and the title
// says so.
func graveSections(r Report, limit int) string {
	var b strings.Builder
	for _, part := range []struct {
		kind, title string
		list        []Grave
	}{
		{"CAUTION", "Destroyed or replaced", r.Destroyed()},
		{"IMPORTANT", "Permissions", r.Permissions()},
		{"IMPORTANT", "Migrations that run before", r.Ahead()},
		{"NOTE", "New code is tried on a part of the requests first", r.Canaries()},
		{"WARNING", "Zips over their budget", r.Over()},
		{"WARNING", "Pinned, whatever is built", r.Held()},
		{"WARNING", "Changed by hand since the last apply", r.Drifted()},
	} {
		if len(part.list) == 0 {
			continue
		}
		room := limit - b.Len() - len(part.title) - 400 // for its frame, and titles of those that follow
		lines := fitting(part.list, room, func(g Grave) string { return g.Text })
		if len(lines) < len(part.list) {
			lines = fitting(part.list, room, func(g Grave) string { return g.Brief })
		}
		title := fmt.Sprintf("%s: %d", part.title, len(part.list))
		if more := len(part.list) - len(lines); more > 0 {
			title += fmt.Sprintf(", of which %d do not fit here; see the report", more)
		}
		fmt.Fprintf(&b, "\n> [!%s]\n> **%s**\n%s", part.kind, title, strings.Join(lines, ""))
	}
	return b.String()
}

func fitting(list []Grave, room int, text func(Grave) string) (lines []string) {
	for _, g := range list {
		line := "> - " + code(g.Root) + ": " + code(text(g)) + "\n"
		if room -= len(line); room < 0 {
			break
		}
		lines = append(lines, line)
	}
	return lines
}

func shortSection(r Root) string {
	return fmt.Sprintf("\n**%s**: %s\n", r.Name, r.line())
}

// line says in a line what happens to a root.
func (r Root) line() string {
	if r.Status == Failed {
		return "the plan failed"
	}
	text := r.Summary.String()
	var names []string
	for _, f := range r.Functions {
		if f.Code || f.Action != "update" {
			names = append(names, f.Function)
		}
	}
	switch {
	case len(names) > 4:
		text += fmt.Sprintf("; %d functions", len(names))
	case len(names) > 0:
		text += "; " + strings.Join(names, ", ")
	}
	return text
}

// section tells of a root in full, folded where it is long.
func section(r Root) string {
	body := r.body()
	if body == "" {
		return shortSection(r)
	}
	if r.Status == Failed || strings.Count(body, "\n") <= foldAbove {
		return shortSection(r) + body
	}
	return fmt.Sprintf("\n<details><summary><b>%s</b>: %s</summary>\n%s\n</details>\n", escapeHTML(r.Name), escapeHTML(r.line()), body)
}

// foldAbove is the number of lines above which a section is folded.
const foldAbove = 12

func (r Root) body() string {
	var b strings.Builder
	for _, d := range r.Errors {
		fmt.Fprintf(&b, "\n> [!CAUTION]\n> **%s** %s\n", escape(position(d)), code(d.Message))
		if len(d.Details) > 0 {
			b.WriteString(">\n" + fence(strings.Join(d.Details, "\n"), "> "))
		}
		if d.Next != "" {
			b.WriteString("> next: " + code(d.Next) + "\n")
		}
	}
	if r.Why != "" {
		fmt.Fprintf(&b, "\nWhy: %s\n", code(r.Why))
	}
	if len(r.Functions) > 0 {
		b.WriteString("\n| function | | zip | size | why |\n|---|---|---|---|---|\n")
		for _, f := range r.Functions {
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", cell(f.Function), f.Action, cell(f.Digests()), cell(f.Sizes()), cell(f.Why))
		}
	}
	for i, t := range r.Summary.Triggers {
		if i == 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "- %s %s %s\n", t.Trigger, t.Action, code(t.Name))
	}
	for i, c := range r.Summary.Resources {
		if i == 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "- %s\n", code(c.String()))
	}
	if len(r.Summary.ChangedOutputs) > 0 {
		b.WriteString("\nOutputs: " + code(strings.Join(r.Summary.ChangedOutputs, ", ")) + "\n")
	}
	return b.String()
}

func position(d diag.Diagnostic) string {
	if d.File == "" {
		return d.Code
	}
	return fmt.Sprintf("%s %s:%d", d.Code, d.File, d.Line)
}

// Digests returns the beginnings of the zip's digests.
func (f Function) Digests() string {
	switch {
	case f.Before == f.After:
		return short(f.After)
	case f.Before == "":
		return short(f.After)
	case f.After == "":
		return short(f.Before)
	}
	return short(f.Before) + " -> " + short(f.After)
}

// Sizes returns the size after the plan, with what it differs by.
func (f Function) Sizes() string {
	if f.SizeAfter == 0 {
		return ""
	}
	text := fmt.Sprintf("%.1f MB", float64(f.SizeAfter)/1e6)
	if f.SizeBefore > 0 && f.SizeBefore != f.SizeAfter {
		text += fmt.Sprintf(" (%+.1f kB)", float64(f.SizeAfter-f.SizeBefore)/1e3)
	}
	return text
}

// short returns the beginning of a digest or a commit.
func short(hash string) string {
	if len(hash) > 12 {
		return hash[:12]
	}
	return hash
}

// code returns a text as code of a line, whatever is in it.
func code(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if s == "" {
		return ""
	}
	ticks := "`"
	for strings.Contains(s, ticks) {
		ticks += "`"
	}
	if len(ticks) > 1 {
		return ticks + " " + s + " " + ticks
	}
	return ticks + s + ticks
}

// cell is code in a table, where a bar would end the cell.
func cell(s string) string { return strings.ReplaceAll(code(s), "|", "\\|") }

// fence returns lines as a block of code, each behind the prefix.
func fence(text, prefix string) string {
	ticks := "```"
	for strings.Contains(text, ticks) {
		ticks += "`"
	}
	return prefix + ticks + "\n" + prefix + strings.ReplaceAll(text, "\n", "\n"+prefix) + "\n" + prefix + ticks + "\n"
}

var markdown = strings.NewReplacer("\\", "\\\\", "*", "\\*", "_", "\\_", "`", "\\`", "<", "&lt;", "[", "\\[", "]", "\\]", "@", "@\u200b", "\n", " ")

// escape returns a text that means nothing in Markdown.
func escape(s string) string { return markdown.Replace(s) }

var htmlText = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\n", " ")

func escapeHTML(s string) string { return htmlText.Replace(s) }

// When returns the time of a report, to the minute.
func (r Report) When() string { return r.Time.UTC().Format("2006-01-02 15:04 MST") }
