package test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/google/uuid"
	"github.com/gruntwork-io/terratest/modules/terraform"

	"github.com/seastack/seastack/core/webhook"
	"github.com/seastack/seastack/tools/objects"
)

// hiringLimit is how long a candidate may take from a file or a webhook through the
// outbox, the bus and a queue: the relay runs once a minute.
const hiringLimit = 3 * time.Minute

// testHiring drives what the other parts do not: a bucket, a login, a FIFO queue, a
// signed webhook, a stream, GraphQL and the ETL.
func testHiring(t *testing.T, d *deployment) {
	login := d.login(t)
	skill := "skill" + strings.ReplaceAll(uuid.NewString(), "-", "")
	t.Run("Login", func(t *testing.T) { testLogin(t, d, login) })
	var candidate string
	t.Run("Upload", func(t *testing.T) { candidate = testUpload(t, d, login, skill) })
	t.Run("Sync", func(t *testing.T) { testSync(t, d, candidate) })
	t.Run("Webhook", func(t *testing.T) { testWebhook(t, d, login) })
	t.Run("Application", func(t *testing.T) { testApplication(t, d, login, candidate, skill) })
	t.Run("FollowUp", func(t *testing.T) { testFollowUp(t, d, login) })
	t.Run("ETL", func(t *testing.T) { testETL(t, d) })
}

// login returns the header of somebody who has logged in.
func (d *deployment) login(t *testing.T) header {
	t.Helper()
	token := os.Getenv(tokenVariable)
	if d.local != nil {
		var out struct{ Token string }
		d.local.do(t, commandLimit, &out, "token", "--subject", "grace")
		token = out.Token
	}
	if token == "" {
		t.Fatalf("%s is not set; set it to a token of the issuer of %s", tokenVariable, d.env.Name)
	}
	return header{"Authorization", "Bearer " + token}
}

func testLogin(t *testing.T, d *deployment, login header) {
	d.get(t, "/roles").want(t, http.StatusUnauthorized)
	d.request(t, http.MethodGet, "/roles", nil, header{"Authorization", login.value + "x"}).want(t, http.StatusUnauthorized)
	d.request(t, http.MethodGet, "/roles", nil, login).want(t, http.StatusOK)
}

// testUpload drops a file into the bucket. Of its rows one is wrong; the other becomes
// a candidate who is found by a skill that nobody else has.
func testUpload(t *testing.T, d *deployment, login header, skill string) (candidate string) {
	bucket, client, name := d.bucket(t, "uploads"), objects.Client(d.aws), uuid.NewString()
	file := fmt.Sprintf("email,name,skills\n%s@example.com,Ada Lovelace,%s\nnobody@example.com,,Go\n", name, skill)
	must(client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: aws.String("candidates/" + name + ".csv"), Body: strings.NewReader(file)}))(t)

	type report struct {
		Rows, Saved, Rejected int
		FinishedAt            *time.Time
		Problems              []struct{ Column string }
	}
	got := eventually(t, hiringLimit, "the report", func(ctx context.Context) (r report, err error) {
		out, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: aws.String("reports/" + name + ".json")})
		if err != nil {
			return r, err
		}
		defer out.Body.Close()
		if err := json.NewDecoder(out.Body).Decode(&r); err != nil || r.FinishedAt == nil {
			return r, fmt.Errorf("unfinished: %v", err)
		}
		return r, nil
	})
	if got.Rows != 2 || got.Saved != 1 || got.Rejected != 1 || len(got.Problems) != 1 || got.Problems[0].Column != "name" {
		t.Errorf("report: %+v", got)
	}
	return d.awaitCandidate(t, login, skill)
}

// awaitCandidate waits until the one candidate with a skill is found, and returns the ID.
func (d *deployment) awaitCandidate(t *testing.T, login header, skill string) string {
	t.Helper()
	return eventually(t, hiringLimit, "the candidate with "+skill, func(ctx context.Context) (string, error) {
		r, err := d.send(ctx, http.MethodGet, "/candidates?q="+skill, nil, login)
		if err != nil {
			return "", err
		}
		var found struct {
			Items []struct{ CandidateID string }
		}
		if err := json.Unmarshal(r.body, &found); err != nil || len(found.Items) != 1 {
			return "", fmt.Errorf("%d %s", r.status, r.body)
		}
		return found.Items[0].CandidateID, nil
	})
}

// testSync waits until the candidate has come through the FIFO queue to the ATS, which
// has refused the first request. An account has no ATS: there the candidate is skipped.
func testSync(t *testing.T, d *deployment, candidate string) {
	outcome := "skipped"
	if d.local != nil {
		outcome = "sent"
	}
	eventually(t, hiringLimit, "the sync of "+candidate, func(ctx context.Context) (string, error) {
		r, err := d.send(ctx, http.MethodGet, "/candidates/"+candidate+"/sync", nil)
		if err != nil || !strings.Contains(string(r.body), `"outcome":"`+outcome+`"`) {
			return "", fmt.Errorf("%v: %s", err, r.body)
		}
		return "", nil
	})
	if d.local == nil {
		return
	}
	if tries := d.local.ats.triesOf(candidate); !slices.Equal(tries, []try{{candidate + ":1", false}, {candidate + ":1", true}}) {
		t.Errorf("tries of the candidate: %v", tries)
	}
}

// testWebhook delivers a candidate twice, and refuses who does not know the secret.
func testWebhook(t *testing.T, d *deployment, login header) {
	secret, skill := uuid.NewString(), "skill"+strings.ReplaceAll(uuid.NewString(), "-", "")
	d.putSecret(t, "ats-webhook", `{"current": "`+secret+`"}`)
	body := fmt.Sprintf(`{"id": %q, "type": "candidate.created", "occurredAt": "2026-03-02T12:00:00Z",
		"data": {"candidate": {"id": %q, "email": "%s@example.com", "name": "Alan Turing", "skills": [%q]}}}`, skill, skill, skill, skill)
	deliver := func(secret string, at time.Time) response {
		return d.post(t, "/webhooks/ats", raw(body), header{"Webhook-Signature", webhook.Sign(secret, at, []byte(body))})
	}
	deliver("guess", time.Now()).wantProblem(t, http.StatusUnauthorized)
	deliver(secret, time.Now().Add(-time.Hour)).wantProblem(t, http.StatusUnauthorized)
	first := deliver(secret, time.Now()).want(t, http.StatusOK)
	if again := deliver(secret, time.Now()).want(t, http.StatusOK); string(again.body) != string(first.body) {
		t.Errorf("the same delivery again: %s; first: %s", again.body, first.body)
	}
	d.awaitCandidate(t, login, skill)
}

// testApplication applies for a role, waits for the review by GraphQL, and exports the
// applications as a stream.
func testApplication(t *testing.T, d *deployment, login header, candidate, skill string) {
	role := decode[struct{ ID string }](t, d.post(t, "/roles", map[string]any{"title": "Engineer", "requiredSkills": []string{skill}}, login).want(t, 201))
	d.post(t, "/applications", map[string]any{"candidateId": candidate, "roleId": role.ID, "years": 3, "cover": "I write Go."}, login).want(t, 201)
	query := map[string]string{"query": `{candidate(id: "` + candidate + `") {name applications {role {id} review {score}}}}`}
	eventually(t, hiringLimit, "the review", func(ctx context.Context) (string, error) {
		r, err := d.send(ctx, http.MethodPost, "/graphql", query, login)
		if err != nil || !strings.Contains(string(r.body), role.ID) || !strings.Contains(string(r.body), `"score":100`) {
			return "", fmt.Errorf("%v: %s", err, r.body)
		}
		return "", nil
	})
	d.wantExport(t, role.ID, candidate)
}

// atURL reaches URLs of functions, also those of the local cloud: the names below
// localhost are this machine's (RFC 6761), which Go's own resolver does not know.
var atURL = &http.Client{Timeout: requestLimit, Transport: &http.Transport{
	DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		if host, port, err := net.SplitHostPort(address); err == nil && strings.HasSuffix(host, ".localhost") {
			address = net.JoinHostPort("127.0.0.1", port)
		}
		return new(net.Dialer).DialContext(ctx, network, address)
	},
}}

// wantExport reads the stream of a role's applications, which answers signed requests
// only.
func (d *deployment) wantExport(t *testing.T, role, candidate string) {
	t.Helper()
	var urls map[string]string
	terraform.OutputStruct(t, d.options("web"), "urls", &urls)
	link := must(url.Parse(urls["applications-export"]))(t)
	link.RawQuery = "role=" + role
	req := must(http.NewRequestWithContext(t.Context(), http.MethodGet, link.String(), nil))(t)
	unsigned := must(atURL.Do(req))(t)
	unsigned.Body.Close()
	if unsigned.StatusCode != http.StatusForbidden {
		t.Errorf("without a signature: status %d", unsigned.StatusCode)
	}
	credentials := must(d.aws.Credentials.Retrieve(t.Context()))(t)
	empty := sha256.Sum256(nil)
	if err := v4.NewSigner().SignHTTP(t.Context(), credentials, req, hex.EncodeToString(empty[:]), "lambda", d.env.Region, time.Now()); err != nil {
		t.Fatal(err)
	}
	resp := must(atURL.Do(req))(t)
	defer resp.Body.Close()
	table := string(must(io.ReadAll(resp.Body))(t))
	if resp.StatusCode != http.StatusOK || !strings.HasPrefix(table, "application,candidate,") || !strings.Contains(table, ","+candidate+",Ada Lovelace,") {
		t.Errorf("status %d: %s", resp.StatusCode, table)
	}
}

// testFollowUp completes an interview, whose event lets the candidate be written to:
// it has another subscriber than the figures.
func testFollowUp(t *testing.T, d *deployment, login header) {
	who := "Candidate " + uuid.NewString()
	plan := draft(newInterviewer(), monday)
	plan.Candidate = who
	made := d.create(t, plan)
	d.post(t, "/interviews/"+made.ID+"/complete", map[string]string{"recommendation": "yes"}).want(t, 200)
	eventually(t, hiringLimit, "the message", func(ctx context.Context) (string, error) {
		r, err := d.send(ctx, http.MethodGet, "/messages?candidate="+url.QueryEscape(who), nil, login)
		if err != nil || !strings.Contains(string(r.body), `"status":"sent"`) {
			return "", fmt.Errorf("%v: %s", err, r.body)
		}
		return "", nil
	})
}

// testETL copies interviews to the analytics store, on demand, and reads figures of
// them there.
func testETL(t *testing.T, d *deployment) {
	plan := draft(newInterviewer(), time.Now().UTC().Truncate(time.Hour))
	plan.Position = "Position " + uuid.NewString()
	d.create(t, plan)
	eventually(t, hiringLimit, "the facts", func(ctx context.Context) (string, error) {
		out, err := lambda.NewFromConfig(d.aws).Invoke(ctx, &lambda.InvokeInput{FunctionName: aws.String(d.functions["etl/facts-load"].AliasARN)})
		if err != nil {
			return "", err
		}
		if out.FunctionError != nil {
			return "", fmt.Errorf("%s: %s", *out.FunctionError, out.Payload)
		}
		r, err := d.send(ctx, http.MethodGet, "/analytics/positions?limit=100", nil)
		if err != nil || !strings.Contains(string(r.body), plan.Position) {
			return "", fmt.Errorf("%v: %s", err, r.body)
		}
		return "", nil
	})
}
