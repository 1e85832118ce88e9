using Harness.Adversary.Links;

namespace Harness.Cli.Commands.Figures;

/// <summary>The page of links: a table of logins and one of deliveries, a row a scheme and a column a link.</summary>
internal static class LinkPage
{
    /// <summary>Writes the page.</summary>
    /// <param name="command">The command that makes it.</param>
    /// <param name="figures">The survey.</param>
    /// <param name="trials">Trials of each cell.</param>
    /// <param name="messages">Messages of each trial.</param>
    public static string Markdown(string command, IReadOnlyList<LinkFigure> figures, int trials, int messages)
    {
        var page = new StringBuilder();
        page.AppendLine("# Links").AppendLine();
        page.AppendLine("Logins and deliveries of every scheme over bad links, between devices in this process and the harness's own broker, on the host's clock: the waiting is the link's, which");
        page.AppendLine($"is seeded; what the machine itself needs, more where it is busy, is in every number. Each cell has {trials} trials, with seeds 1 to {trials}, and says how many succeeded within {LinkSurvey.Limit.TotalSeconds:0} s, the median, and in brackets the");
        page.AppendLine($"slowest. Group `p256`. Made by `{command}`; `./harness tap --delay 20ms --loss 5%` puts such a link before a broker of your own.").AppendLine();
        page.AppendLine("**What loss means here.** TCP repairs loss, so no byte of a connection is ever missing: a lost segment comes later, after a retransmission time-out of the round trip and 200 ms (Linux's reading");
        page.AppendLine("of RFC 6298), which doubles with each loss of the same segment, and all that is behind it waits. A lost SYN costs 1 s. Loss counts in each direction; the delay is that of each direction,");
        page.AppendLine("so that a round trip takes twice as long. Fast retransmit is not modelled: three segments must follow a lost one, which short messages seldom have; a bulk transfer is slower here than on such a link.");
        page.AppendLine("Packets that are gone for good are another thing, an attack: the rule `drop` of `./harness tap`.").AppendLine();
        page.AppendLine("## Logins").AppendLine();
        page.AppendLine("From opening the connection to the end of the login, and of the subscription to the device's own topics where messages are carried; a login of `hardened` without its pair runs, one of `tls`, `tls-client` or `tls-psk` with its TLS handshake.").AppendLine();
        Table(page, figures, f => Cell(f.LoggedIn, f.Logins));
        page.AppendLine().AppendLine("## Deliveries").AppendLine();
        page.AppendLine($"{messages} messages a trial, one after the other, QoS 1, from publishing to the opened message: twice over the link. What is to be delivered but was not, as the devices did not come to talk, counts as not delivered.").AppendLine();
        Table(page, [.. figures.Where(f => f.Sent > 0)], f => Cell(f.Delivered, f.Sent));
        return page.ToString().ReplaceLineEndings("\n");
    }

    private static void Table(StringBuilder page, IReadOnlyList<LinkFigure> figures, Func<LinkFigure, string> cell)
    {
        var links = figures.Select(f => f.Link).Distinct().ToList();
        page.AppendLine($"| scheme | {string.Join(" | ", links)} |");
        page.AppendLine($"|---|{string.Concat(links.Select(_ => "---|"))}");
        foreach (var scheme in figures.GroupBy(f => f.Scheme))
        {
            page.AppendLine($"| `{scheme.Key}` | {string.Join(" | ", links.Select(link => cell(scheme.Single(f => f.Link == link))))} |");
        }
    }

    private static string Cell(IReadOnlyList<double> seconds, int of) => seconds.Count == 0 ? $"0 of {of}"
        : string.Create(CultureInfo.InvariantCulture, $"{seconds.Count} of {of}, {seconds[seconds.Count / 2]:0.00} s ({seconds[^1]:0.00} s)");
}
