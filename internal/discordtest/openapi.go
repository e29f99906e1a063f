package discordtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
)

// spec is Discord's OpenAPI document, made ready for looking up.
type spec struct {
	doc   *openapi3.T
	paths []specPath
}

type specPath struct {
	segments []string
	item     *openapi3.PathItem
}

// defaultSpec loads the document beside the repository once for all servers
// of a test binary: reading it takes about as long as a whole test.
var defaultSpec = sync.OnceValues(func() (*spec, error) {
	path, ok := findSpec()
	if !ok {
		return nil, nil
	}
	return readSpec(path)
})

// loadSpec gives nil without error when no path is given and none is found.
func loadSpec(path string) (*spec, error) {
	if path == "" {
		return defaultSpec()
	}
	return readSpec(path)
}

// findSpec looks for shared/data/discord-openapi.json in the directories above.
func findSpec() (string, bool) {
	dir, err := os.Getwd()
	if err != nil {
		return "", false
	}
	for {
		p := filepath.Join(dir, "shared", "data", "discord-openapi.json")
		if _, err := os.Stat(p); err == nil {
			return p, true
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", false
		}
		dir = up
	}
}

func readSpec(path string) (*spec, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var tree any
	if err := json.Unmarshal(raw, &tree); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	constToEnum(tree)
	if raw, err = json.Marshal(tree); err != nil {
		return nil, err
	}
	doc, err := openapi3.NewLoader().LoadFromData(raw)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	sp := &spec{doc: doc}
	for p, item := range doc.Paths.Map() {
		sp.paths = append(sp.paths, specPath{strings.Split(strings.Trim(p, "/"), "/"), item})
	}
	// Literal segments go before parameters, so that @original isn't an id.
	slices.SortFunc(sp.paths, func(a, b specPath) int {
		return strings.Compare(rankPath(a.segments), rankPath(b.segments))
	})
	return sp, nil
}

// constToEnum writes each const as an enum of one, since kin-openapi's own
// judge knows only the latter and the other one compiles schemas anew each time.
func constToEnum(v any) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			constToEnum(x)
		}
	case object:
		if x, ok := v["const"]; ok && obj(x) == nil {
			delete(v, "const")
			v["enum"] = []any{x}
		}
		for _, x := range v {
			constToEnum(x)
		}
	}
}

func rankPath(segments []string) string {
	var b strings.Builder
	for _, s := range segments {
		if strings.HasPrefix(s, "{") {
			b.WriteString("~/")
		} else {
			b.WriteString(s + "/")
		}
	}
	return b.String()
}

// operation finds what the document says of a method and path.
func (sp *spec) operation(method, path string) (op *openapi3.Operation, item *openapi3.PathItem, params map[string]string) {
	xs := strings.Split(strings.Trim(path, "/"), "/")
next:
	for _, p := range sp.paths {
		if len(p.segments) != len(xs) {
			continue
		}
		got := map[string]string{}
		for i, seg := range p.segments {
			if name, ok := strings.CutPrefix(seg, "{"); ok {
				got[strings.TrimSuffix(name, "}")] = xs[i]
			} else if seg != xs[i] {
				continue next
			}
		}
		if op := p.item.GetOperation(method); op != nil {
			return op, p.item, got
		}
	}
	return nil, nil, nil
}

// check judges a request by the document.
func (sp *spec) check(method, path string, query url.Values, hasBody bool, body any) []FieldError {
	op, item, params := sp.operation(method, path)
	if op == nil {
		return []FieldError{{"", "UNKNOWN_OPERATION", "the OpenAPI document has no " + method + " " + path}}
	}
	var errs []FieldError
	known := map[string]bool{}
	for _, ref := range slices.Concat(item.Parameters, op.Parameters) {
		p := ref.Value
		if p == nil {
			continue
		}
		var raw string
		var given bool
		switch p.In {
		case "path":
			raw, given = params[p.Name]
		case "query":
			known[p.Name] = true
			given = query.Has(p.Name)
			raw = query.Get(p.Name)
		default:
			continue
		}
		if !given {
			if p.Required {
				errs = append(errs, FieldError{p.Name, "BASE_TYPE_REQUIRED", "This field is required"})
			}
			continue
		}
		if p.Schema == nil || p.Schema.Value == nil {
			continue
		}
		if !anyFits(p.Schema.Value, query[p.Name], raw) {
			errs = append(errs, FieldError{p.Name, "INVALID_PARAMETER", fmt.Sprintf("%q doesn't fit the %s parameter", raw, p.In)})
		}
	}
	for name := range query {
		if !known[name] {
			errs = append(errs, FieldError{name, "UNKNOWN_PARAMETER", "the OpenAPI document has no such query parameter"})
		}
	}
	if op.RequestBody == nil || op.RequestBody.Value == nil {
		if hasBody {
			errs = append(errs, FieldError{"", "UNEXPECTED_BODY", "this request takes no body"})
		}
		return errs
	}
	rb := op.RequestBody.Value
	if !hasBody {
		if rb.Required {
			errs = append(errs, FieldError{"", "BASE_TYPE_REQUIRED", "This request needs a body"})
		}
		return errs
	}
	if mt := rb.Content["application/json"]; mt != nil && mt.Schema != nil {
		errs = append(errs, explain(mt.Schema.Value, relax(body), "")...)
	}
	return errs
}

// anyFits tries the readings a query or path string can have.
func anyFits(sc *openapi3.Schema, list []string, raw string) bool {
	tries := []any{raw}
	if n, err := strconv.ParseFloat(raw, 64); err == nil {
		tries = append(tries, n)
	}
	if b, err := strconv.ParseBool(raw); err == nil {
		tries = append(tries, b)
	}
	many := []any{}
	for _, x := range list {
		for y := range strings.SplitSeq(x, ",") {
			many = append(many, y)
		}
	}
	for _, v := range append(tries, any(many)) {
		if sc.VisitJSON(v, openapi3.VisitAsRequest()) == nil {
			return true
		}
	}
	return false
}

// relax turns what Discord takes beyond its own document into what the
// document says: permissions as a string, as its reference describes them.
func relax(v any) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = relax(x)
		}
		return out
	case object:
		out := make(object, len(v))
		for k, x := range v {
			if p, ok := x.(string); ok && k == "default_member_permissions" {
				if n, err := strconv.ParseInt(p, 10, 64); err == nil {
					out[k] = float64(n)
					continue
				}
			}
			out[k] = relax(x)
		}
		return out
	}
	return v
}

// explain lists where value breaks schema. kin-openapi judges; this walks down
// to the field that is wrong, following the union member that "type" names,
// so that the message is about one field and not about fourteen alternatives.
func explain(sc *openapi3.Schema, value any, path string) []FieldError {
	if sc == nil {
		return nil
	}
	err := sc.VisitJSON(value, openapi3.VisitAsRequest(), openapi3.DisableSchemaErrorDetails())
	if err == nil {
		return nil
	}
	var found []FieldError
	for _, union := range []openapi3.SchemaRefs{sc.OneOf, sc.AnyOf} {
		if len(union) > 0 {
			if one := choose(union, value); one != nil {
				found = append(found, explain(one, value, path)...)
			}
		}
	}
	for _, a := range sc.AllOf {
		found = append(found, explain(a.Value, value, path)...)
	}
	switch v := value.(type) {
	case object:
		for name, x := range v {
			if p := sc.Properties[name]; p != nil {
				found = append(found, explain(p.Value, x, join(path, name))...)
			} else if a := sc.AdditionalProperties.Schema; a != nil {
				found = append(found, explain(a.Value, x, join(path, name))...)
			}
		}
		for _, name := range sc.Required {
			if _, ok := v[name]; !ok {
				found = append(found, FieldError{join(path, name), "BASE_TYPE_REQUIRED", "This field is required"})
			}
		}
	case []any:
		if sc.Items != nil {
			for i, x := range v {
				found = append(found, explain(sc.Items.Value, x, join(path, strconv.Itoa(i)))...)
			}
		}
	}
	if len(found) > 0 {
		return found
	}
	reason := err.Error()
	if se, ok := errors.AsType[*openapi3.SchemaError](err); ok {
		reason = se.Reason
		if at := strings.Join(se.JSONPointer(), "."); at != "" {
			path = join(path, at)
		}
	}
	const long = 300
	if len(reason) > long {
		reason = reason[:long] + "…"
	}
	return []FieldError{{path, "OPENAPI_SCHEMA", reason}}
}

// choose picks the one member of a union that value is meant for, or nil.
func choose(union openapi3.SchemaRefs, value any) *openapi3.Schema {
	var candidates []*openapi3.Schema
	for _, ref := range union {
		sc := ref.Value
		if sc == nil || sc.Type.Is("null") {
			continue
		}
		if o, ok := value.(object); ok {
			if t := sc.Properties["type"]; t != nil && t.Value != nil && len(t.Value.Enum) > 0 {
				if !slices.ContainsFunc(t.Value.Enum, func(e any) bool { return fmt.Sprint(e) == fmt.Sprint(o["type"]) }) {
					continue
				}
			}
		}
		candidates = append(candidates, sc)
	}
	if len(candidates) == 1 {
		return candidates[0]
	}
	return nil
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// checkResponse judges what this server itself answers; its own tests use it.
func (sp *spec) checkResponse(method, path string, status int, body any) []FieldError {
	op, _, _ := sp.operation(method, path)
	if op == nil {
		return []FieldError{{"", "UNKNOWN_OPERATION", method + " " + path}}
	}
	r := op.Responses.Value(strconv.Itoa(status))
	if r == nil || r.Value == nil {
		return []FieldError{{"", "UNKNOWN_STATUS", fmt.Sprintf("%s %s has no %d %s", method, path, status, http.StatusText(status))}}
	}
	mt := r.Value.Content["application/json"]
	if mt == nil || mt.Schema == nil {
		return nil
	}
	return explain(mt.Schema.Value, body, "")
}
