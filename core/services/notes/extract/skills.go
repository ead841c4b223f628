package extract

import (
	"maps"
	"slices"
	"strings"
)

// vocabulary is the skills that are recognised: the name in notes, then other
// spellings. Letter case does not matter, except where caseMatters says so.
var vocabulary = [][]string{
	{"Accessibility", "a11y"}, {"Agile"}, {"Algorithms"}, {"Android"}, {"Angular"}, {"Ansible"},
	{"API design"}, {"AWS", "amazon web services"}, {"Azure"},
	{"C#"}, {"C++", "cpp"}, {"Caching"}, {"Cassandra"}, {"CI/CD", "ci", "continuous integration", "continuous delivery", "continuous deployment"},
	{"Code review", "code reviews"}, {"Communication"}, {"Concurrency"}, {"CSS"},
	{"Data modelling", "data modeling"}, {"Data structures"}, {"Deep learning"}, {"Distributed systems", "distributed system"},
	{"Django"}, {"Docker", "containers"}, {"DynamoDB"}, {"Elasticsearch"}, {"Event-driven architecture", "event driven"},
	{"Go", "golang"}, {"Google Cloud", "gcp"}, {"GraphQL"}, {"gRPC"}, {"Hiring"}, {"HTML"},
	{"Incident response", "on-call", "on call"}, {"iOS"}, {"Java"}, {"JavaScript"}, {"Kafka"}, {"Kotlin"}, {"Kubernetes", "k8s"},
	{"Leadership"}, {"Linux"}, {"Machine learning"}, {"Mentoring", "mentored", "mentor"}, {"Microservices", "microservice"},
	{"MongoDB"}, {"Monitoring"}, {"MySQL"}, {"Node.js", "node"}, {"Observability"}, {"OpenTelemetry"},
	{"Pair programming", "pairing"}, {"Performance tuning", "profiling"}, {"PHP"}, {"PostgreSQL", "postgres"},
	{"Product management"}, {"Project management"}, {"Prometheus"}, {"Python"}, {"RabbitMQ"}, {"React"}, {"Redis"},
	{"REST", "restful"}, {"Ruby"}, {"Ruby on Rails", "rails"}, {"Rust"}, {"Scala"}, {"Scrum"}, {"Security"}, {"Serverless"},
	{"Spark"}, {"SQL"}, {"Swift"}, {"System design"}, {"Teamwork"}, {"Terraform"},
	{"Testing", "unit tests", "tdd", "test-driven"}, {"TypeScript"}, {"UX design", "user experience"}, {"Vue", "vue.js"},
}

// caseMatters are names that are everyday words in small letters, too: they
// count as written here, and not as the first word of a sentence.
var caseMatters = map[string]bool{"Go": true, "REST": true, "React": true, "Rust": true, "Spark": true, "Swift": true}

// spelling is one way to write a skill, as words.
type spelling struct {
	skill string
	words []string
	exact bool
}

// spellings returns them all by their first word.
func spellings() map[string][]spelling {
	all := map[string][]spelling{}
	for _, names := range vocabulary {
		for i, name := range names {
			exact := i == 0 && caseMatters[name]
			if !exact {
				name = strings.ToLower(name)
			}
			words := splitWords(name)
			all[words[0]] = append(all[words[0]], spelling{skill: names[0], words: words, exact: exact})
		}
	}
	return all
}

// skills returns the skills that are mentioned, those with the most mentions first.
func skills(sentences []sentence) []string {
	known := spellings()
	mentions := map[string]int{}
	for _, s := range sentences {
		countMentions(s, known, mentions)
	}
	return mostFrequent(slices.Collect(maps.Keys(mentions)), mentions, maxListed)
}

func countMentions(s sentence, known map[string][]spelling, mentions map[string]int) {
	lower := make([]string, len(s.words))
	for i, w := range s.words {
		lower[i] = strings.ToLower(w)
	}
	for i := range lower {
		for _, k := range known[lower[i]] {
			if !k.exact && startsWith(lower[i:], k.words) {
				mentions[k.skill]++
			}
		}
		for _, k := range known[s.words[i]] {
			if k.exact && i > 0 && startsWith(s.words[i:], k.words) {
				mentions[k.skill]++
			}
		}
	}
}

func startsWith(words, prefix []string) bool {
	return len(words) >= len(prefix) && slices.Equal(words[:len(prefix)], prefix)
}
