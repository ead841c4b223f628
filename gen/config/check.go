package config

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/go-version"
	"github.com/hashicorp/hcl/v2"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/limits"
)

const nameRule = "lower-case letters, digits and single hyphens, starting with a letter, 24 characters at most"

var (
	nameRE    = regexp.MustCompile(`^[a-z]([a-z0-9]|-[a-z0-9]){0,23}$`)
	accountRE = regexp.MustCompile(`^[0-9]{12}$`)
	regionRE  = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[0-9]$`)
)

// retentions are the days that CloudWatch Logs can keep a log group for.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
var retentions = []int{1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}

// check returns what is wrong with a file whose syntax is right.
func check(f file) diag.List {
	l := append(checkFolders(f.Folders), checkProvider(f.Provider)...)
	l = append(l, checkCache(f.Cache)...)
	l = append(l, checkCORS(f.CORS)...)
	seen := map[string]bool{}
	for _, e := range f.Environments {
		if seen[e.Name] {
			l = append(l, finding(diag.DuplicateBlock, e.Range, "environment "+quote(e.Name)+" is written twice", "merge the two blocks"))
		}
		seen[e.Name] = true
		l = append(l, checkEnvironment(e)...)
	}
	return append(l, checkTemplates(f.Environments)...)
}

// checkTemplates: there is one template of previews, and no name on AWS of a preview
// can be that of another environment.
func checkTemplates(all []environment) (l diag.List) {
	var first *environment
	for i, t := range all {
		if t.Preview == nil {
			continue
		}
		if first != nil {
			l = append(l, finding(diag.DuplicateBlock, t.Preview.Range, "previews are made from the environment "+quote(first.Name)+" already", "keep one of the two blocks"))
			continue
		}
		first = &all[i]
		for _, e := range all {
			if strings.HasPrefix(e.Name, t.Name+"-") || strings.HasPrefix(t.Name, e.Name+"-") {
				l = append(l, finding(diag.BadEnvironment, e.Range, "names on AWS of the environment "+quote(e.Name)+" could be those of a preview, which begin with "+quote(t.Name), "rename one of the two"))
			}
		}
	}
	return l
}

// defaultWatch is how long a canary is watched.
const defaultWatch = "10m"

// maxWatch bounds how long a deploy waits for a canary.
const maxWatch = time.Hour

func checkCanary(c *canary) (l diag.List) {
	if c == nil {
		return nil
	}
	if w := or(c.Weight, 10); w < 1 || w > 99 {
		l = append(l, finding(diag.BadSetting, c.WeightRange, fmt.Sprintf("weight = %d is not from 1 to 99 percent", w), "write the share of requests that new code is tried on"))
	}
	if d, err := time.ParseDuration(or(c.Watch, defaultWatch)); err != nil || d < time.Second || d > maxWatch {
		l = append(l, finding(diag.BadSetting, c.WatchRange, "watch = "+quote(*c.Watch)+" is not a time of 1s to 1h", `write it as in watch = "10m"`))
	}
	return l
}

// checkTunnel: a tunnel without the local port's place cannot be found.
func checkTunnel(d *database) diag.List {
	if d == nil || slices.ContainsFunc(d.Tunnel, func(arg string) bool { return strings.Contains(arg, "{local_port}") }) {
		return nil
	}
	return diag.List{finding(diag.BadSetting, d.TunnelRange, "the tunnel's command does not say {local_port}",
		"write the command as a list of words, with {host}, {port} and {local_port} where it takes them")}
}

// checkCache: a cache is in one place.
func checkCache(c *cache) diag.List {
	switch {
	case c == nil, (c.Folder == nil) != (c.Bucket == nil):
		return nil
	case c.Folder != nil:
		return diag.List{finding(diag.BadSetting, c.Range, "the cache has both a folder and a bucket", "remove one of them")}
	}
	return diag.List{finding(diag.BadSetting, c.Range, "the cache has no place",
		`write folder = "..." or bucket = "..."`)}
}

func checkEnvironment(e environment) (l diag.List) {
	add := func(at hcl.Range, message, next string) {
		l = append(l, finding(diag.BadEnvironment, at, message, next))
	}
	if !nameRE.MatchString(e.Name) {
		add(e.Range, "environment "+quote(e.Name)+" is not a name for AWS: "+nameRule, "rename it")
	}
	if e.Region != nil && !regionRE.MatchString(*e.Region) {
		add(e.RegionRange, quote(*e.Region)+" is not a region", `write one like "eu-west-1"`)
	}
	if a := or(e.Architecture, "arm64"); !slices.Contains(limits.Architectures, a) {
		add(e.ArchitectureRange, noArchitecture(a), architectureNext)
	}
	if d := or(e.LogRetention, 30); !slices.Contains(retentions, d) {
		add(e.LogRetentionRange, fmt.Sprintf("CloudWatch Logs cannot keep logs for %d days", d), "write one of "+joinInts(retentions))
	}
	if e.Name == Local {
		l = append(l, checkLocal(e)...)
	} else {
		l = append(l, checkAWS(e)...)
	}
	l = append(l, e.Env.check()...)
	l = append(l, checkTelemetry(e.Telemetry, e.Name == Local)...)
	l = append(l, checkProfileKey(e)...)
	l = append(l, checkCanary(e.Canary)...)
	l = append(l, checkAlarms(e)...)
	l = append(l, checkTunnel(e.Database)...)
	l = append(l, checkJWT(e.JWT, e.Name == Local)...)
	l = append(l, checkCORS(e.CORS)...)
	l = append(l, checkBudget(e.Budget)...)
	l = append(l, checkPublicRoutes(e)...)
	l = append(l, checkDevelopers(e)...)
	seen := map[string]bool{}
	for _, s := range e.Stacks {
		if seen[s.Name] {
			l = append(l, finding(diag.DuplicateBlock, s.Range, "environment "+quote(e.Name)+" overrides the stack "+quote(s.Name)+" twice", "merge the two blocks"))
		}
		seen[s.Name] = true
		l = append(l, checkSettings(s)...)
	}
	return l
}

const architectureNext = `write "arm64" or "x86_64"`

func noArchitecture(name string) string { return quote(name) + " is not an architecture of Lambda" }

// checkLocal reports what the environment local cannot take.
func checkLocal(e environment) (l diag.List) {
	if e.ProfileKey != nil {
		l = append(l, finding(diag.LocalIsFixed, e.ProfileKeyRange, "the local cloud has a profile_key of its own", "remove it"))
	}
	if e.Account != nil || e.Architecture != nil || e.Backend != nil || e.Network != nil || e.Database != nil || e.Canary != nil || e.Preview != nil {
		l = append(l, finding(diag.LocalIsFixed, e.Range, "account, architecture, backend, network, database, canary and preview of the environment local are fixed",
			"remove them; region, log_retention, jwt, cors, budget, public_routes, env, telemetry and stack blocks may stay"))
	}
	for _, s := range e.Stacks {
		for _, o := range append(s.Functions, s.own()) {
			if o.Architecture != nil {
				l = append(l, finding(diag.LocalIsFixed, o.ArchitectureRange, "the architecture of the environment local is the machine's own", "remove it here"))
			}
		}
	}
	return l
}

// checkAWS reports what an environment on AWS needs and has not.
func checkAWS(e environment) (l diag.List) {
	if !accountRE.MatchString(or(e.Account, "")) {
		at := e.Range
		if e.Account != nil {
			at = e.AccountRange
		}
		l = append(l, finding(diag.BadEnvironment, at, "environment "+quote(e.Name)+" has no account of 12 digits",
			`write account = "123456789012": Terraform then refuses to touch any other`))
	}
	if e.Backend == nil {
		return append(l, finding(diag.BadEnvironment, e.Range, "environment "+quote(e.Name)+" has no backend for its state",
			`write backend "s3" { bucket = "..." }`))
	}
	if e.Backend.Kind != "s3" {
		l = append(l, finding(diag.BadEnvironment, e.Backend.Range, "backend "+quote(e.Backend.Kind)+" is not supported", `write backend "s3" { bucket = "..." }`))
	}
	return l
}

var topicARN = regexp.MustCompile(`^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$`)

// checkAlarms checks an environment's alarms, of which a canary needs two.
func checkAlarms(e environment) (l diag.List) {
	a := e.Alarms
	if a == nil {
		a = &alarms{}
	}
	if a.Topic != nil && !topicARN.MatchString(*a.Topic) {
		l = append(l, finding(diag.BadSetting, a.TopicRange, "topic = "+quote(*a.Topic)+" is not the ARN of a standard topic of SNS", `write it as in topic = "arn:aws:sns:eu-west-1:123456789012:alarms"`))
	}
	if d := or(a.Duration, 90); d < 0 || d > 100 {
		l = append(l, finding(diag.BadSetting, a.DurationRange, fmt.Sprintf("duration = %d is no percentage of the timeout", d), "write 1 to 100, or 0 for no such alarm"))
	}
	if oldest, err := time.ParseDuration(or(a.Oldest, "15m")); err != nil || oldest < 0 || oldest%time.Second != 0 {
		l = append(l, finding(diag.BadSetting, a.OldestRange, "oldest = "+quote(*a.Oldest)+" is no time in whole seconds", `write it as in oldest = "15m", or "0s" for no such alarm`))
	}
	if e.Canary == nil {
		return l
	}
	if !or(a.Enabled, true) || or(a.Errors, 1) < 1 || or(a.Throttles, 1) < 1 {
		l = append(l, finding(diag.BadSetting, a.Range, "a canary needs the alarms of errors and throttles", "leave them on, or remove the block canary"))
	}
	for _, s := range e.Stacks {
		for _, o := range append(s.Functions, s.own()) {
			if !or(o.Alarms, true) {
				l = append(l, finding(diag.BadSetting, o.AlarmsRange, "a canary needs the alarms of each function", "leave them on, or remove the block canary"))
			}
		}
	}
	return l
}

// checkSettings checks what a stack's block sets for the stack and for single
// functions.
func checkSettings(s settings) diag.List {
	l := append(checkOverride(s.own()), s.Env.check()...)
	l = append(l, checkBudget(s.Budget)...)
	seen := map[string]bool{}
	for _, f := range s.Functions {
		if seen[f.Name] {
			l = append(l, finding(diag.DuplicateBlock, f.Range, "stack "+quote(s.Name)+" overrides the function "+quote(f.Name)+" twice", "merge the two blocks"))
		}
		seen[f.Name] = true
		l = append(l, checkOverride(f)...)
		l = append(l, f.Env.check()...)
	}
	return l
}

// checkProvider checks that the versions of the provider are a constraint of
// Terraform's: https://developer.hashicorp.com/terraform/language/expressions/version-constraints
func checkProvider(p *provider) diag.List {
	if p == nil {
		return nil
	}
	if _, err := version.NewConstraint(p.AWS); err != nil {
		return diag.List{finding(diag.BadSetting, p.AWSRange, quote(p.AWS)+" is not a version constraint of Terraform's",
			"write one like "+quote(DefaultProvider))}
	}
	return nil
}

// checkOverride checks settings against Lambda's limits.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
func checkOverride(s override) (l diag.List) {
	if m := or(s.Memory, 128); m < 128 || m > 10240 {
		l = append(l, finding(diag.BadSetting, s.MemoryRange, fmt.Sprintf("memory = %d is not in Lambda's range of 128 to 10240 MB", m), "write a number in this range"))
	}
	d, err := time.ParseDuration(or(s.Timeout, "1s"))
	if err != nil || d < time.Second || d > 15*time.Minute || d%time.Second != 0 {
		l = append(l, finding(diag.BadSetting, s.TimeoutRange, "timeout = "+quote(*s.Timeout)+" is not whole seconds in Lambda's range of 1s to 15m", `write it as in timeout = "30s"`))
	}
	if m := or(s.Storage, 512); m < 512 || m > 10240 {
		l = append(l, finding(diag.BadSetting, s.StorageRange, fmt.Sprintf("storage = %d is not in Lambda's range of 512 to 10240 MB", m), "write a number in this range"))
	}
	if level := or(s.Log, "info"); !slices.Contains(limits.LogLevels, level) {
		l = append(l, finding(diag.BadSetting, s.LogRange, "log = "+quote(level)+" is not a level of logs", "write one of "+join(limits.LogLevels)))
	}
	if a := or(s.Architecture, "arm64"); !slices.Contains(limits.Architectures, a) {
		l = append(l, finding(diag.BadSetting, s.ArchitectureRange, noArchitecture(a), architectureNext))
	}
	return append(l, checkInstances(s)...)
}

func checkInstances(s override) (l diag.List) {
	reserved, provisioned := or(s.Concurrency, 1), or(s.Provisioned, 1)
	switch {
	case reserved < 1:
		l = append(l, finding(diag.BadSetting, s.ConcurrencyRange, fmt.Sprintf("concurrency = %d is less than 1", reserved), "write a number from 1"))
	case provisioned < 1:
		l = append(l, finding(diag.BadSetting, s.ProvisionedRange, fmt.Sprintf("provisioned = %d is less than 1", provisioned), "write a number from 1"))
	case s.Concurrency != nil && provisioned > reserved:
		l = append(l, finding(diag.BadSetting, s.ProvisionedRange, fmt.Sprintf("provisioned = %d is more than concurrency = %d", provisioned, reserved), "raise the one, or lower the other"))
	}
	return l
}

func quote(s string) string { return strconv.Quote(s) }

func join(names []string) string { return strings.Join(names, ", ") }

func joinInts(ns []int) string {
	words := make([]string, len(ns))
	for i, n := range ns {
		words[i] = strconv.Itoa(n)
	}
	return join(words)
}
