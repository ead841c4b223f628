package annotation

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Seconds is a duration in whole seconds.
type Seconds int

// String returns it as an annotation writes it: 30s, 2m, 4d.
func (s Seconds) String() string {
	for _, unit := range []struct {
		seconds Seconds
		name    string
	}{{86400, "d"}, {3600, "h"}, {60, "m"}} {
		if s != 0 && s%unit.seconds == 0 {
			return strconv.Itoa(int(s/unit.seconds)) + unit.name
		}
	}
	return strconv.Itoa(int(s)) + "s"
}

// parseSeconds takes what time.ParseDuration takes, and days: 4d.
func parseSeconds(text string) (Seconds, error) {
	if days, ok := strings.CutSuffix(text, "d"); ok {
		n, err := strconv.Atoi(days)
		if err == nil && n >= 0 && n < 10000 {
			return Seconds(n * 86400), nil
		}
	}
	d, err := time.ParseDuration(text)
	switch {
	case err != nil:
		return 0, fmt.Errorf("%s is not a duration", quote(text))
	case d%time.Second != 0:
		return 0, fmt.Errorf("%s is not in whole seconds", quote(text))
	}
	return Seconds(d / time.Second), nil
}
