package commands

import (
	"context"
	"strconv"
	"strings"

	"madoguchi/conversation"
	"madoguchi/language"
	"madoguchi/locales"
)

// pageUnits is how much one page of details holds: about three screens of a phone, and
// well under what one message may show.
const pageUnits = 2400

// piece is a part of the details that stays together where it can.
type piece struct {
	heading string
	group   string // heading of the pieces around, said again where a page begins
	text    string
	small   bool
}

// details shows the rest of an answer, in pages.
func (r *Router) details() action {
	return action{name: "details", handle: func(ctx context.Context, v *visit) (Response, error) {
		s := r.subjectOf(v.Action)
		reply, err := r.again(ctx, v, s)
		if err != nil {
			return Response{}, err
		}
		s.Code = reply.Language
		n, _ := strconv.Atoi(v.Action.Arg(subjectArgs))
		card := r.detailsCard(reply, s, n, r.news(ctx, v, reply))
		return Response{Card: &card}, nil
	}}
}

func (r *Router) detailsCard(reply conversation.Reply, s subject, n int, news []NewsItem) Card {
	code := reply.Language
	pages := paginate(r.pieces(reply, news), pageUnits)
	n = min(max(n, 1), len(pages))
	card := Card{Language: code, Sensitive: reply.Sensitive, Blocks: []Block{Heading{1, reply.Title}}}
	if reply.Urgent {
		card.Tone = Urgent
		card.Blocks = append(card.Blocks, Text{"**" + reply.Lead + "**"})
	}
	card.Blocks = append(card.Blocks, pages[n-1]...)
	if len(pages) > 1 {
		card.Blocks = append(card.Blocks, Small{r.pageOf(n, len(pages), code)})
	}
	at := func(n int) Action { return s.do("details", strconv.Itoa(n)) }
	nav := []Button{{Label: r.say(code, "button.back-answer"), Action: s.do("topic")}}
	if n > 1 {
		nav = append(nav, Button{Label: r.say(code, "button.previous"), Action: at(n - 1)})
	}
	if n < len(pages) {
		nav = append(nav, Button{Label: r.say(code, "button.next"), Style: Primary, Action: at(n + 1)})
	}
	card.Blocks = append(card.Blocks, row(nav...)...)
	last := []Button{{Label: r.say(code, "button.person"), Emoji: "☎️", Action: s.do("person")},
		{Label: r.say(code, "button.copy"), Action: s.do("copy")}}
	if reply.Sensitive {
		last = append(last, Button{Label: r.say(code, "button.clear"), Action: Do("clear", string(code))})
	}
	card.Blocks = append(card.Blocks, row(last...)...)
	return fit(card)
}

// pieces lays out all of an answer that is not on its first card, and what is there
// in short in full.
func (r *Router) pieces(reply conversation.Reply, news []NewsItem) []piece {
	code := reply.Language
	var list []piece
	for _, sec := range reply.Sections {
		list = append(list, piece{heading: sec.Heading, group: sec.Heading, text: sec.Text})
	}
	if len(reply.Phrases) > 0 {
		var lines []string
		for _, p := range reply.Phrases {
			line := "> **" + p.Line + "**\n> " + p.Reading
			if p.Meaning != "" {
				line += "\n> " + p.Meaning
			}
			lines = append(lines, line)
		}
		list = append(list, piece{heading: r.say(code, "section.show"), text: strings.Join(lines, "\n\n")})
	}
	for _, n := range news {
		list = append(list, piece{text: r.newsText(n, code, pageUnits)})
	}
	if len(reply.Helplines) > 0 {
		list = append(list, r.helplinePieces(reply.Helplines, r.say(code, "section.helplines"), code)...)
	}
	for _, n := range reply.Notices {
		list = append(list, piece{text: n.Text, small: true})
	}
	if len(reply.Sources) > 0 {
		var lines []string
		for _, src := range reply.Sources {
			lines = append(lines, "- "+r.fill(code, "source.line", locales.Data{"Title": link(src.Title, src.URL), "Date": src.Shown}))
		}
		list = append(list, piece{heading: r.say(code, "section.sources"), text: strings.Join(lines, "\n")})
	}
	return append(list, piece{text: r.say(code, "disclaimer"), small: true})
}

// helplinePieces lays out help lines one by one under a heading.
func (r *Router) helplinePieces(lines []conversation.Helpline, heading string, code language.Code) []piece {
	var list []piece
	group, hours := heading, false
	for _, h := range lines {
		list = append(list, piece{heading: heading, group: group, text: r.helplineFull(h, code)})
		heading = ""
		hours = hours || h.Hours != ""
	}
	if hours {
		list = append(list, piece{text: r.say(code, "hours.japan"), small: true})
	}
	return list
}

// paginate packs pieces into pages of at most limit units, in order. A piece that is
// longer than a page is cut between paragraphs, lines, sentences or words, in that
// order of liking, never inside a character.
func paginate(pieces []piece, limit int) [][]Block {
	const most = 20 // blocks of one page, far below Discord's limit of components
	var pages [][]Block
	var page []Block
	used := 0
	flush := func() {
		if len(page) > 0 {
			pages, page, used = append(pages, page), nil, 0
		}
	}
	put := func(p piece) {
		n := units(p.heading) + units(p.text)
		room := limit
		if p.small {
			room += limit / 4 // small print doesn't go on a page of its own
		}
		if used > 0 && (used+n > room || len(page) >= most) {
			flush()
		}
		if used == 0 && p.heading == "" && p.group != "" {
			p.heading = p.group
			n += units(p.heading)
		}
		if p.heading != "" {
			page = append(page, Heading{2, p.heading})
		}
		switch {
		case p.small:
			page = append(page, Small{p.text})
		default:
			page = append(page, Text{p.text})
		}
		used += n
	}
	for _, p := range pieces {
		for _, part := range split(p, limit) {
			put(part)
		}
	}
	flush()
	if len(pages) == 0 {
		pages = [][]Block{nil}
	}
	return pages
}

// split cuts a piece into pieces of at most limit units.
func split(p piece, limit int) []piece {
	if units(p.heading)+units(p.text) <= limit {
		return []piece{p}
	}
	var out []piece
	room := limit - units(p.heading)
	for _, sep := range []string{"\n\n", "\n"} {
		parts := strings.Split(p.text, sep)
		if len(parts) < 2 {
			continue
		}
		// The longest run of parts that fits, then the rest.
		n, size := 0, 0
		for n < len(parts) {
			more := units(parts[n])
			if n > 0 {
				more += units(sep)
			}
			if size+more > room {
				break
			}
			size += more
			n++
		}
		if n > 0 {
			out = append(out, piece{p.heading, p.group, strings.Join(parts[:n], sep), p.small})
			return append(out, split(piece{"", p.group, strings.Join(parts[n:], sep), p.small}, limit)...)
		}
	}
	head, rest := cut(p.text, room)
	if head == "" || rest == "" {
		return []piece{p}
	}
	out = append(out, piece{p.heading, p.group, strings.TrimSpace(head), p.small})
	return append(out, split(piece{"", p.group, strings.TrimSpace(rest), p.small}, limit)...)
}

// number writes a small number in the digits of the language.
func number(n int, code language.Code) string {
	s := strconv.Itoa(n)
	if code != language.Burmese {
		return s
	}
	return strings.Map(func(r rune) rune { return r - '0' + '၀' }, s)
}
