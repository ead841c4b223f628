package config

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/gohcl"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/zclconf/go-cty/cty"
	"golang.org/x/mod/module"

	"github.com/seastack/seastack/gen/diag"
)

// file is the shape of seastack.hcl.
type file struct {
	Project      *string       `hcl:"project"`
	ProjectRange hcl.Range     `hcl:"project,attr_range"`
	Folders      *folders      `hcl:"folders,block"`
	Provider     *provider     `hcl:"provider,block"`
	Cache        *cache        `hcl:"cache,block"`
	Mask         []string      `hcl:"mask,optional"`
	MaskRange    hcl.Range     `hcl:"mask,attr_range"`
	CORS         *cors         `hcl:"cors,block"`
	Environments []environment `hcl:"environment,block"`
}

type folders struct {
	Services   *string   `hcl:"services"`
	Stacks     *string   `hcl:"stacks"`
	Terraform  *string   `hcl:"terraform"`
	Migrations *string   `hcl:"migrations"`
	Analytics  *string   `hcl:"analytics_migrations"`
	Range      hcl.Range `hcl:",def_range"`

	ServicesRange   hcl.Range `hcl:"services,attr_range"`
	StacksRange     hcl.Range `hcl:"stacks,attr_range"`
	TerraformRange  hcl.Range `hcl:"terraform,attr_range"`
	MigrationsRange hcl.Range `hcl:"migrations,attr_range"`
	AnalyticsRange  hcl.Range `hcl:"analytics_migrations,attr_range"`
}

type environment struct {
	Name         string      `hcl:"name,label"`
	Region       *string     `hcl:"region"`
	Account      *string     `hcl:"account"`
	Architecture *string     `hcl:"architecture"`
	LogRetention *int        `hcl:"log_retention"`
	Backend      *backend    `hcl:"backend,block"`
	Network      *network    `hcl:"network,block"`
	Database     *database   `hcl:"database,block"`
	Alarms       *alarms     `hcl:"alarms,block"`
	Canary       *canary     `hcl:"canary,block"`
	Preview      *preview    `hcl:"preview,block"`
	JWT          *jwt        `hcl:"jwt,block"`
	CORS         *cors       `hcl:"cors,block"`
	Budget       *budget     `hcl:"budget,block"`
	Telemetry    *telemetry  `hcl:"telemetry,block"`
	Developers   *developers `hcl:"developers,block"`
	Protected    *bool       `hcl:"protected"`
	ProfileKey   *string     `hcl:"profile_key"`
	PublicRoutes cty.Value   `hcl:"public_routes,optional"`
	Env          *env        `hcl:"env,block"`
	Stacks       []settings  `hcl:"stack,block"`
	Range        hcl.Range   `hcl:",def_range"`

	RegionRange       hcl.Range `hcl:"region,attr_range"`
	ProfileKeyRange   hcl.Range `hcl:"profile_key,attr_range"`
	AccountRange      hcl.Range `hcl:"account,attr_range"`
	ArchitectureRange hcl.Range `hcl:"architecture,attr_range"`
	LogRetentionRange hcl.Range `hcl:"log_retention,attr_range"`
	PublicRoutesRange hcl.Range `hcl:"public_routes,attr_range"`
	ProtectedRange    hcl.Range `hcl:"protected,attr_range"`
}

type backend struct {
	Kind   string    `hcl:"kind,label"`
	Bucket string    `hcl:"bucket"`
	Prefix *string   `hcl:"prefix"`
	Region *string   `hcl:"region"`
	Range  hcl.Range `hcl:",def_range"`
}

type network struct {
	Subnets        []string `hcl:"subnets"`
	SecurityGroups []string `hcl:"security_groups"`
}

type database struct {
	Tunnel      []string  `hcl:"tunnel"`
	TunnelRange hcl.Range `hcl:"tunnel,attr_range"`
}

type alarms struct {
	Enabled     *bool     `hcl:"enabled"`
	Topic       *string   `hcl:"topic"`
	Errors      *int      `hcl:"errors"`
	Throttles   *int      `hcl:"throttles"`
	Duration    *int      `hcl:"duration"`
	Oldest      *string   `hcl:"oldest"`
	DeadLetters *int      `hcl:"dead_letters"`
	Range       hcl.Range `hcl:",def_range"`

	TopicRange    hcl.Range `hcl:"topic,attr_range"`
	DurationRange hcl.Range `hcl:"duration,attr_range"`
	OldestRange   hcl.Range `hcl:"oldest,attr_range"`
}

func (a *alarms) value() *Alarms {
	if a == nil {
		return nil
	}
	d := DefaultAlarms
	oldest, _ := time.ParseDuration(or(a.Oldest, fmt.Sprintf("%ds", d.Age))) // checked in checkAlarms
	return &Alarms{
		Enabled: or(a.Enabled, d.Enabled), Topic: or(a.Topic, ""), Errors: or(a.Errors, d.Errors), Throttles: or(a.Throttles, d.Throttles),
		Duration: or(a.Duration, d.Duration), Age: int(oldest / time.Second), DeadLetters: or(a.DeadLetters, d.DeadLetters),
	}
}

type canary struct {
	Weight *int      `hcl:"weight"`
	Watch  *string   `hcl:"watch"`
	Range  hcl.Range `hcl:",def_range"`

	WeightRange hcl.Range `hcl:"weight,attr_range"`
	WatchRange  hcl.Range `hcl:"watch,attr_range"`
}

type preview struct {
	DatabaseSecret *string   `hcl:"database_secret"`
	Range          hcl.Range `hcl:",def_range"`
}

type provider struct {
	AWS      string    `hcl:"aws"`
	AWSRange hcl.Range `hcl:"aws,attr_range"`
}

type cache struct {
	Folder *string   `hcl:"folder"`
	Bucket *string   `hcl:"bucket"`
	Prefix *string   `hcl:"prefix"`
	Region *string   `hcl:"region"`
	Range  hcl.Range `hcl:",def_range"`
}

type settings struct {
	Name         string     `hcl:"name,label"`
	Memory       *int       `hcl:"memory"`
	Timeout      *string    `hcl:"timeout"`
	Storage      *int       `hcl:"storage"`
	Log          *string    `hcl:"log"`
	Tracing      *bool      `hcl:"tracing"`
	Alarms       *bool      `hcl:"alarms"`
	Architecture *string    `hcl:"architecture"`
	Functions    []override `hcl:"function,block"`
	Budget       *budget    `hcl:"budget,block"`
	Env          *env       `hcl:"env,block"`
	Range        hcl.Range  `hcl:",def_range"`

	MemoryRange  hcl.Range `hcl:"memory,attr_range"`
	TimeoutRange hcl.Range `hcl:"timeout,attr_range"`
	StorageRange hcl.Range `hcl:"storage,attr_range"`
	LogRange     hcl.Range `hcl:"log,attr_range"`
	AlarmsRange  hcl.Range `hcl:"alarms,attr_range"`

	ArchitectureRange hcl.Range `hcl:"architecture,attr_range"`
}

// own returns the settings of the stack without those of single functions.
func (s settings) own() override {
	return override{
		Name: s.Name, Memory: s.Memory, Timeout: s.Timeout, Storage: s.Storage, Log: s.Log, Tracing: s.Tracing, Alarms: s.Alarms, Env: s.Env,
		Architecture: s.Architecture, ArchitectureRange: s.ArchitectureRange,
		MemoryRange: s.MemoryRange, TimeoutRange: s.TimeoutRange, StorageRange: s.StorageRange, LogRange: s.LogRange, AlarmsRange: s.AlarmsRange,
	}
}

// override has the settings of a function.
type override struct {
	Name         string    `hcl:"name,label"`
	Memory       *int      `hcl:"memory"`
	Timeout      *string   `hcl:"timeout"`
	Storage      *int      `hcl:"storage"`
	Log          *string   `hcl:"log"`
	Tracing      *bool     `hcl:"tracing"`
	Concurrency  *int      `hcl:"concurrency"`
	Provisioned  *int      `hcl:"provisioned"`
	Alarms       *bool     `hcl:"alarms"`
	Architecture *string   `hcl:"architecture"`
	Env          *env      `hcl:"env,block"`
	Range        hcl.Range `hcl:",def_range"`

	MemoryRange      hcl.Range `hcl:"memory,attr_range"`
	TimeoutRange     hcl.Range `hcl:"timeout,attr_range"`
	StorageRange     hcl.Range `hcl:"storage,attr_range"`
	LogRange         hcl.Range `hcl:"log,attr_range"`
	AlarmsRange      hcl.Range `hcl:"alarms,attr_range"`
	ConcurrencyRange hcl.Range `hcl:"concurrency,attr_range"`
	ProvisionedRange hcl.Range `hcl:"provisioned,attr_range"`

	ArchitectureRange hcl.Range `hcl:"architecture,attr_range"`
}

// Load reads seastack.hcl at root, of the module with that path. Where there is
// no file it returns the defaults. All that is wrong with the file is reported at
// once, as a diag.List.
func Load(root, modulePath string) (Config, error) {
	src, err := os.ReadFile(filepath.Join(root, FileName))
	if errors.Is(err, fs.ErrNotExist) {
		return onDisk(root, file{}, modulePath)
	}
	if err != nil {
		return Config{}, finding(diag.UnreadableConfig, hcl.Range{Filename: FileName}, "the file cannot be read: "+err.Error(), "make it a file that you may read, or remove it to use the defaults")
	}
	f, err := decode(src)
	if err != nil {
		return Config{}, err
	}
	return onDisk(root, f, modulePath)
}

// onDisk is build, with the folders as they are on disk.
func onDisk(root string, f file, modulePath string) (Config, error) {
	c, err := build(f, modulePath)
	if err != nil {
		return c, err
	}
	return c, checkOnDisk(root, f.Folders).Err()
}

// Parse is Load for a file's bytes, without a look at the folders.
func Parse(src []byte, modulePath string) (Config, error) {
	f, err := decode(src)
	if err != nil {
		return Config{}, err
	}
	return build(f, modulePath)
}

func decode(src []byte) (f file, err error) {
	parsed, diags := hclparse.NewParser().ParseHCL(src, FileName)
	if diags.HasErrors() {
		return f, syntax(diags)
	}
	if diags := gohcl.DecodeBody(parsed.Body, nil, &f); diags.HasErrors() {
		return f, syntax(diags)
	}
	return f, nil
}

// syntax turns HCL's own findings into ours.
func syntax(diags hcl.Diagnostics) error {
	var l diag.List
	for _, d := range diags {
		at := hcl.Range{Filename: FileName}
		if d.Subject != nil {
			at = *d.Subject
		}
		l = append(l, finding(diag.BadConfig, at, d.Summary+": "+d.Detail, "correct the file; docs/configuration.md lists every block and attribute"))
	}
	return l.Err()
}

func finding(code string, at hcl.Range, message, next string) diag.Diagnostic {
	return diag.Diagnostic{Code: code, File: at.Filename, Line: at.Start.Line, Column: at.Start.Column, Message: message, Next: next}
}

func build(f file, modulePath string) (Config, error) {
	l := check(f)
	c := Config{Project: or(f.Project, defaultProject(modulePath)), Folders: defaultFolders(f.Folders), Provider: DefaultProvider, Mask: f.Mask}
	if f.Provider != nil {
		c.Provider = f.Provider.AWS
	}
	for _, pattern := range f.Mask {
		if _, err := regexp.Compile(pattern); err != nil {
			l = append(l, finding(diag.BadSetting, f.MaskRange, "mask has a pattern that is none: "+err.Error(), "write a regular expression of Go's: https://pkg.go.dev/regexp/syntax"))
		}
	}
	if !nameRE.MatchString(c.Project) {
		at := f.ProjectRange // the file itself where the name is the module's
		at.Filename = FileName
		l = append(l, finding(diag.BadProjectName, at, "project "+quote(c.Project)+" is not a name for AWS: "+nameRule, `set project = "..." at the top of `+FileName))
	}
	if f.Cache != nil {
		c.Cache = &Cache{
			Folder: or(f.Cache.Folder, ""), Bucket: or(f.Cache.Bucket, ""),
			Prefix: or(f.Cache.Prefix, "seastack/cache"), Region: or(f.Cache.Region, "us-east-1"),
		}
	}
	for _, e := range f.Environments {
		c.Environments = append(c.Environments, defaultEnvironment(e, c.Project))
	}
	if !slices.ContainsFunc(c.Environments, Environment.IsLocal) {
		c.Environments = append(c.Environments, defaultEnvironment(environment{Name: Local}, c.Project))
	}
	for i := range c.Environments {
		c.Environments[i].CORS = cmp.Or(c.Environments[i].CORS, f.CORS.value())
	}
	slices.SortFunc(c.Environments, func(a, b Environment) int { return cmp.Compare(a.Name, b.Name) })
	return c, l.Err()
}

// defaultProject returns the last element of a module path, less its major version.
func defaultProject(modulePath string) string {
	prefix, _, ok := module.SplitPathVersion(modulePath)
	if !ok {
		prefix = modulePath
	}
	return path.Base(prefix)
}

func defaultFolders(f *folders) Folders {
	if f == nil {
		f = &folders{}
	}
	return Folders{
		Services:   or(f.Services, "core/services"),
		Stacks:     or(f.Stacks, "stacks"),
		Terraform:  or(f.Terraform, "terraform"),
		Migrations: or(f.Migrations, "core/db/migrations"),

		AnalyticsMigrations: or(f.Analytics, "core/db/analytics/migrations"),
	}
}

func defaultEnvironment(e environment, project string) Environment {
	out := Environment{
		Name: e.Name, Region: or(e.Region, "us-east-1"), Account: or(e.Account, ""),
		Architecture: or(e.Architecture, "arm64"), LogRetention: or(e.LogRetention, 30), Stacks: map[string]Settings{},
	}
	out.Env = e.profileVariables(e.Telemetry.variables(out.Region, e.Env.variables()))
	if out.IsLocal() {
		out.Account, out.Architecture = "000000000000", HostArchitecture()
	}
	if b := e.Backend; b != nil {
		out.Backend = &S3Backend{Bucket: b.Bucket, Prefix: or(b.Prefix, project+"/"+e.Name), Region: or(b.Region, out.Region)}
	}
	if n := e.Network; n != nil {
		out.Network = &Network{Subnets: n.Subnets, SecurityGroups: n.SecurityGroups}
	}
	if d := e.Database; d != nil {
		out.Tunnel = d.Tunnel
	}
	out.Alarms, out.JWT, out.CORS = e.Alarms.value(), e.JWT.value(), e.CORS.value()
	out.Budget = e.Budget.value()
	out.PublicRoutes, _ = publicRoutes(e.PublicRoutes) // checked in checkPublicRoutes
	out.Developers, out.Protected = e.Developers.principals(), or(e.Protected, false)
	if c := e.Canary; c != nil {
		watch, _ := time.ParseDuration(or(c.Watch, defaultWatch)) // checked in checkCanary
		out.Canary = &Canary{Weight: or(c.Weight, 10), Watch: watch}
	}
	if p := e.Preview; p != nil {
		out.Preview = &Preview{DatabaseSecret: or(p.DatabaseSecret, "")}
	}
	for _, s := range e.Stacks {
		settings := Settings{Override: s.own().value(), Budget: s.Budget.value()}
		for _, f := range s.Functions {
			if settings.Functions == nil {
				settings.Functions = map[string]Override{}
			}
			settings.Functions[f.Name] = f.value()
		}
		out.Stacks[s.Name] = settings
	}
	return out
}

func (o override) value() Override {
	timeout, _ := time.ParseDuration(or(o.Timeout, "0s")) // checked in checkOverride
	return Override{
		Memory: or(o.Memory, 0), Timeout: int(timeout / time.Second), Storage: or(o.Storage, 0), Log: or(o.Log, ""), Tracing: o.Tracing,
		Concurrency: or(o.Concurrency, 0), Provisioned: or(o.Provisioned, 0), Alarms: o.Alarms, Env: o.Env.variables(),
		Architecture: or(o.Architecture, ""),
	}
}

// HostArchitecture returns this machine's architecture as Lambda names it.
func HostArchitecture() string {
	if runtime.GOARCH == "amd64" {
		return "x86_64"
	}
	return runtime.GOARCH
}

// Environment returns the environment of that name: one that is written, or the
// preview of a pull request.
func (c Config) Environment(name string) (Environment, error) {
	i := slices.IndexFunc(c.Environments, func(e Environment) bool { return e.Name == name && !e.IsTemplate() })
	if i >= 0 {
		return c.Environments[i], nil
	}
	var known []string
	for _, e := range c.Environments {
		if !e.IsTemplate() {
			known = append(known, e.Name)
			continue
		}
		if number, ok := e.previewNumber(name); ok {
			return e.Instance(number), nil
		}
		known = append(known, e.Name+"-NUMBER")
	}
	return Environment{}, diag.Diagnostic{
		Code: diag.UnknownEnvironment, File: FileName, Message: "there is no environment " + quote(name),
		Details: []string{"environments: " + join(known)},
		Next:    "name one of these with --env, or add an environment block",
	}
}

// Template returns the environment that previews are made from.
func (c Config) Template() (Environment, error) {
	i := slices.IndexFunc(c.Environments, Environment.IsTemplate)
	if i < 0 {
		return Environment{}, diag.Diagnostic{Code: diag.UnknownEnvironment, File: FileName, Message: "there is no environment for previews",
			Next: `give an environment block an empty block "preview"; docs/pull-requests.md has an example`}
	}
	return c.Environments[i], nil
}

// Instance returns the preview of a pull request.
func (e Environment) Instance(number int) Environment {
	suffix := "-" + strconv.Itoa(number)
	e.Name += suffix
	if e.Backend != nil {
		backend := *e.Backend
		backend.Prefix += suffix
		e.Backend = &backend
	}
	of := *e.Preview
	of.Number = number
	e.Preview = &of
	e.Canary = nil // nobody watches a preview
	return e
}

// previewNumber returns the number of the pull request that a name is the
// preview's of.
func (e Environment) previewNumber(name string) (int, bool) {
	digits, ok := strings.CutPrefix(name, e.Name+"-")
	n, err := strconv.Atoi(digits)
	return n, ok && err == nil && n > 0 && n <= MaxPreview && strconv.Itoa(n) == digits
}

// MaxPreview is the largest number of a pull request that has a preview: names
// have room for it.
const MaxPreview = 999999

func or[T any](p *T, fallback T) T {
	if p == nil {
		return fallback
	}
	return *p
}
