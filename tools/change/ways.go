package change

import "slices"

// ways are the shortest ways from one node of a graph to all others: each node
// with the one before it. Of ways of the same length, the first that is found
// counts.
type ways map[string]string

// search returns the ways from a node, to which next leads from each.
func search(from string, next func(string) []string) ways {
	before := ways{from: ""}
	for queue := []string{from}; len(queue) > 0; queue = queue[1:] {
		for _, to := range next(queue[0]) {
			if _, seen := before[to]; !seen {
				before[to] = queue[0]
				queue = append(queue, to)
			}
		}
	}
	return before
}

// to returns the way to a node, both ends included; nil where there is none.
func (w ways) to(node string) (all []string) {
	if _, found := w[node]; !found {
		return nil
	}
	for at := node; at != ""; at = w[at] {
		all = append(all, at)
	}
	slices.Reverse(all)
	return all
}
