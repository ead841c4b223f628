package logs

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/seastack/seastack/tools/localcloud/store"
)

// Query selects lines of all groups.
type Query struct {
	Prefix string    // of the groups' names
	Words  []string  // that a line has, all of them, in any case
	Since  time.Time // inclusive
	Limit  int       // newest lines at most
}

// Line is a line of a log.
type Line struct {
	Group, Stream string
	Time          time.Time
	Message       string
}

// Find returns the newest lines that a query selects, the newest first.
func (s *Service) Find(q Query) ([]Line, error) {
	words := make([]string, len(q.Words))
	for i, w := range q.Words {
		words[i] = strings.ToLower(w)
	}
	since := max(q.Since.UnixMilli(), 0)
	var all []found
	groups := map[string]string{} // by stream's prefix
	err := s.env.Store.View(func(tx *store.Tx) error {
		return s.streams.EachTx(tx, q.Prefix, func(_ string, st stream) (bool, error) {
			if st.Last < since {
				return true, nil
			}
			groups[st.prefix()] = st.Group
			err := s.events.FromTx(tx, st.prefix(), st.key(since, 0), func(_ string, e event) (bool, error) {
				if containsAll(e.Message, words) {
					all = append(all, found{e, st.prefix()})
				}
				if len(all) >= 4*q.Limit+1000 {
					all = newest(all, q.Limit)
				}
				return true, nil
			})
			return true, err
		})
	})
	all = newest(all, q.Limit)
	lines := make([]Line, len(all))
	for i, f := range all {
		group := groups[f.stream]
		lines[i] = Line{
			Group: group, Stream: strings.TrimSuffix(strings.TrimPrefix(f.stream, group+":"), ":"),
			Time: time.UnixMilli(f.Time), Message: f.Message,
		}
	}
	return lines, err
}

// newest returns the newest of the events, limit at most, the newest first.
func newest(all []found, limit int) []found {
	slices.SortFunc(all, func(a, b found) int {
		return -cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(a.Seq, b.Seq))
	})
	return all[:min(limit, len(all))]
}

// containsAll reports whether a text has all words, which are in lower case.
func containsAll(text string, words []string) bool {
	if len(words) == 0 {
		return true
	}
	text = strings.ToLower(text)
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) })
}
