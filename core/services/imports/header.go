package imports

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seastack/seastack/core/services/candidates"
)

// columns are the names of the columns that a file may have.
var columns = []string{"email", "name", "headline", "skills", "location", "external_id"}

// header has the names of a file's columns, in their order.
type header []string

// parseHeader reads the first row of a file; refusal says what is wrong with it.
func parseHeader(r row) (h header, refusal string) {
	if r.wrong != "" {
		return nil, fmt.Sprintf("line %d, which has the names of the columns: %s", r.line, r.wrong)
	}
	for _, field := range r.fields {
		name := strings.ToLower(strings.TrimSpace(field))
		switch {
		case !slices.Contains(columns, name):
			return nil, fmt.Sprintf("the header has a column %.40q; columns are %s, with commas between them", field, strings.Join(columns, ", "))
		case slices.Contains(h, name):
			return nil, "the header has the column " + name + " twice"
		}
		h = append(h, name)
	}
	for _, required := range columns[:2] {
		if !slices.Contains(h, required) {
			return nil, "the header has no column " + required
		}
	}
	return h, ""
}

// profile returns the candidate of a row with as many fields.
func (h header) profile(fields []string, changed time.Time) candidates.Profile {
	p := candidates.Profile{Source: candidates.Upload, ChangedAt: changed}
	for i, name := range h {
		switch value := fields[i]; name {
		case "email":
			p.Email = value
		case "name":
			p.Name = value
		case "headline":
			p.Headline = value
		case "skills":
			p.Skills = strings.Split(value, ";")
		case "location":
			p.Location = value
		case "external_id":
			p.ExternalID = value
		}
	}
	return p
}

// columnOf returns the column of a field of a profile.
func columnOf(field string) string {
	if field == "externalId" {
		return "external_id"
	}
	if slices.Contains(columns, field) {
		return field
	}
	return "" // of no column, as is the time of the change
}
