package cold

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

const debugVariable = "GODEBUG="

// withTrace returns an environment in which Go tells how long each package takes to
// initialise itself. What the environment sets of GODEBUG stays.
func withTrace(env []string) []string {
	out := slices.Clone(env)
	for i, v := range out {
		if strings.HasPrefix(v, debugVariable) {
			out[i] = v + ",inittrace=1"
			return out
		}
	}
	return append(out, debugVariable+"inittrace=1")
}

// traceLine matches a line of inittrace.
// https://pkg.go.dev/runtime#hdr-Environment_Variables
var traceLine = regexp.MustCompile(`^init (\S+) @[0-9.]+ ms, ([0-9.]+) ms clock, ([0-9]+) bytes, ([0-9]+) allocs$`)

// readTrace returns the packages that lines of output tell of.
func readTrace(lines []string) (all []Package) {
	for _, line := range lines {
		m := traceLine.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		ms, _ := strconv.ParseFloat(m[2], 64)       // the pattern allows
		bytes, _ := strconv.ParseInt(m[3], 10, 64)  // numbers
		allocs, _ := strconv.ParseInt(m[4], 10, 64) // only
		all = append(all, Package{Path: m[1], Time: time.Duration(ms*1000+0.5) * time.Microsecond, Bytes: bytes, Allocs: allocs})
	}
	return all
}

// medians returns each package of some traces with the median of its times, the
// slowest first.
func medians(traces [][]Package) []Package {
	times, found := map[string][]time.Duration{}, map[string]Package{}
	for _, trace := range traces {
		for _, p := range trace {
			times[p.Path], found[p.Path] = append(times[p.Path], p.Time), p
		}
	}
	all := []Package{}
	for path, p := range found {
		p.Time = Median(times[path])
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b Package) int {
		return cmp.Or(cmp.Compare(b.Time, a.Time), cmp.Compare(b.Bytes, a.Bytes), cmp.Compare(a.Path, b.Path))
	})
	return all
}
