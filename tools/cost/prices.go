package cost

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/seastack/seastack/gen/diag"
)

// Item is what has a price.
type Item string

// The items of a table of prices.
const (
	LambdaRequests    Item = "lambda_requests"
	LambdaX86         Item = "lambda_x86_64"
	LambdaARM         Item = "lambda_arm64"
	ProvisionedX86    Item = "lambda_provisioned_x86_64"
	ProvisionedARM    Item = "lambda_provisioned_arm64"
	LambdaStorage     Item = "lambda_storage" // of /tmp beyond 512 MB
	HTTPRequests      Item = "http_requests"
	QueueRequests     Item = "sqs_requests"
	FIFOQueueRequests Item = "sqs_fifo_requests"
	Events            Item = "events"
	Schedules         Item = "schedules"
	LogIngestion      Item = "log_ingestion"
	LogStorage        Item = "log_storage"
	Alarms            Item = "alarms"
	Secrets           Item = "secrets"
)

// units are what quantities of the items are counted in.
var units = map[Item]string{
	LambdaRequests: "requests", LambdaX86: "GB-s", LambdaARM: "GB-s", ProvisionedX86: "GB-s", ProvisionedARM: "GB-s",
	LambdaStorage: "GB-s", HTTPRequests: "requests", QueueRequests: "requests", FIFOQueueRequests: "requests",
	Events: "events", Schedules: "invocations", LogIngestion: "GB", LogStorage: "GB-months", Alarms: "alarm-months", Secrets: "secret-months",
}

// Prices is a table of prices.
type Prices struct {
	Date     string                     `json:"date"` // on which the prices held: "2025-10-01"
	Currency string                     `json:"currency"`
	Note     string                     `json:"note"`
	Sources  []string                   `json:"sources"`
	FreeTier []string                   `json:"free_tier"`
	Regions  map[string]map[Item]*Price `json:"regions"`
}

// Price is what a number of units costs.
type Price struct {
	USD string `json:"usd"` // a decimal: "0.20"
	Per int64  `json:"per"` // units

	unit *big.Rat // of one unit
}

//go:embed prices.json
var listed []byte

// ListPrices returns the table that the command comes with.
func ListPrices() (Prices, error) { return ParsePrices(listed) }

// ParsePrices reads a table of prices. Its error is a diag.Diagnostic.
func ParsePrices(raw []byte) (p Prices, err error) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&p); err != nil {
		return p, badPrices(err.Error())
	}
	if _, err := time.Parse(time.DateOnly, p.Date); err != nil || len(p.Sources) == 0 || p.Currency != "USD" {
		return p, badPrices(`it lacks a date such as "2025-10-01", its sources, or the currency "USD"`)
	}
	for region, items := range p.Regions {
		for item, price := range items {
			if err := price.read(item); err != nil {
				return p, badPrices(region + ": " + err.Error())
			}
		}
	}
	return p, nil
}

var decimal = regexp.MustCompile(`^[0-9]{1,12}(\.[0-9]{1,18})?$`)

// read reads the price of one unit of an item.
func (p *Price) read(item Item) error {
	if units[item] == "" {
		return fmt.Errorf("there is no item %q", item)
	}
	if p == nil || !decimal.MatchString(p.USD) || p.Per < 1 {
		return fmt.Errorf(`%s has no price such as {"usd": "0.20", "per": 1000000}`, item)
	}
	usd, _ := new(big.Rat).SetString(p.USD) // a decimal is a number
	p.unit = usd.Quo(usd, new(big.Rat).SetInt64(p.Per))
	return nil
}

func badPrices(cause string) error {
	return diag.Diagnostic{Code: diag.NoPrices, Message: "the table of prices cannot be used: " + cause,
		Next: "write it as tools/cost/prices.json of Seastack's sources is written"}
}

// region returns the prices of a region.
func (p Prices) region(name string) (map[Item]*Price, error) {
	if prices := p.Regions[name]; len(prices) > 0 {
		return prices, nil
	}
	known := strings.Join(slices.Sorted(maps.Keys(p.Regions)), ", ")
	return nil, diag.Diagnostic{Code: diag.NoPrices, Message: "the table of prices of " + p.Date + " has none of the region " + name,
		Details: []string{"regions: " + known}, Next: "give a table that has them with --prices FILE"}
}
