package mirror

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// probeLimit bounds all of a probe. A registry that needs longer to give two
// small documents would make `terraform init` no fun either.
const probeLimit = 5 * time.Second

// probe returns nil when the registry can be reached and has the provider. It
// goes through the proxies of the environment, as Terraform does.
func probe(ctx context.Context, registry string, limit time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	var services struct {
		Providers string `json:"providers.v1"`
	}
	if err := getJSON(ctx, registry+"/.well-known/terraform.json", &services); err != nil {
		return err
	}
	versions, err := versionsURL(registry, services.Providers)
	if err != nil {
		return err
	}
	var list struct {
		Versions []struct {
			Version string `json:"version"`
		} `json:"versions"`
	}
	if err := getJSON(ctx, versions, &list); err != nil {
		return err
	}
	for _, v := range list.Versions {
		if v.Version == ProviderVersion {
			return nil
		}
	}
	return fmt.Errorf("it does not have %s %s", providerSource, ProviderVersion)
}

// versionsURL is the document of the provider's versions. The registry names the
// base of it relative to its own address.
func versionsURL(registry, base string) (string, error) {
	if base == "" {
		return "", errors.New("it does not serve providers")
	}
	u, err := url.Parse(registry)
	if err != nil {
		return "", err
	}
	ref, err := url.Parse(strings.TrimSuffix(base, "/") + "/hashicorp/aws/versions")
	if err != nil {
		return "", err
	}
	return u.ResolveReference(ref).String(), nil
}

// getJSON reads a document of at most 16 MiB.
func getJSON(ctx context.Context, address string, into any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", req.URL.Host, resp.Status)
	}
	return json.NewDecoder(io.LimitReader(resp.Body, 16<<20)).Decode(into)
}
