namespace Harness.Reporting.Tests.Claims;

/// <summary>Sample records of attacks for reports.</summary>
internal static class ClaimRuns
{
    public const string Scenario = "features/claims/integrity.feature:12";

    public static SchemeStated Scheme(string scheme, string group, string choose = "") => new() { Scheme = scheme, Label = Label(scheme), Group = group, Choose = choose };

    public static CellStated Cell(string scheme, string claim, string aspect, string expected, bool? paper = null) => new()
    {
        Scheme = scheme, Label = Label(scheme), Claim = claim, Aspect = aspect, Expected = expected, Paper = paper, OwnReading = scheme == "mqtt-auth",
    };

    public static AttackEnded Attack(
        string scheme, string claim, string aspect, string id, bool? won, bool? control, string expected, bool? paper = null) => new()
    {
        Scenario = Scenario, Scheme = scheme, Label = Label(scheme), Claim = claim, Aspect = aspect, Attack = id, Summary = "flips one bit of a payload",
        Adversary = "on the wire", Won = won, Evidence = $"evidence of {id}", Control = "payloads in clear", ControlWon = control,
        ControlEvidence = $"control of {id}", Seed = 7, Reference = "paper section 5", Paper = paper, Expected = expected, OwnReading = scheme == "mqtt-auth",
        Capture = $"captures/{id}.pcapng", Publisher = "m4", Subscriber = "host",
    };

    /// <summary>Gets a run with one cell of each kind over three schemes, a finding and costs.</summary>
    public static RunEvent[] Mixed() => Runs.Numbered(
    [
        Runs.Started(selected: 1) with { Deselected = [] },
        Scheme("mqtt-present", "papers", "to reproduce the paper"),
        Scheme("augmqtt", "papers", "when the broker may read"),
        Scheme("mqtt-auth", "papers", "when the broker may read what it granted"),
        Cell("mqtt-auth", "A", "leaked", "broken", paper: true),
        Cell("augmqtt", "DI", "wire", "holds", paper: true),
        Cell("mqtt-present", "UA", "", "broken", paper: true),
        Cell("mqtt-present", "DI", "wire", "broken", paper: true),
        Cell("augmqtt", "MITM", "registration", "not-applicable", paper: false),
        Runs.Begin(Scenario, "Integrity", "A flipped bit", 1),
        Attack("mqtt-present", "UA", "", "ua-repeat", won: false, control: true, "broken", paper: true),
        Attack("mqtt-present", "DI", "wire", "di-flip-wire", won: true, control: true, "broken", paper: true),
        Attack("augmqtt", "DI", "wire", "di-flip-wire", won: false, control: true, "holds", paper: true),
        Attack("augmqtt", "DI", "wire", "di-splice-wire", won: false, control: false, "holds", paper: true),
        new FindingJudged
        {
            Scenario = Scenario, Finding = "ecb-patterns", Scheme = "mqtt-present", Words = "equal blocks look equal", Repair = "a mode with a nonce", Shown = true,
            Evidence = "blocks 1 and 2 of 8",
        },
        Cost("mqtt-present", "publisher", "handshake", 5, 2, 0),
        Cost("mqtt-present", "broker with publisher", "handshake", 4, 3, 0),
        Cost("mqtt-present", "publisher", "message", 0, 0, 1),
        new MessageCost
        {
            Scenario = Scenario, Scheme = "augmqtt", Label = "as described", Device = "m4", Bytes = 16, N = 3, Seal = 12000, Open = 13000.5, Unit = Unit.Instructions,
            Provenance = Provenance.EmulatedInstructions, WireBytes = 61, PlainWireBytes = 33,
        },
        new MessageCost
        {
            Scenario = Scenario, Scheme = "augmqtt", Label = "as described", Device = "m4", Bytes = 1024, N = 0, Unit = Unit.Instructions,
            Provenance = Provenance.EmulatedInstructions, PlainWireBytes = 1041, Reason = "m4 takes at most 256 bytes",
        },
        Footprint("mqtt-present") with { OwnFlash = null, OwnRam = null },
        Footprint("augmqtt"),
        Footprint("augmqtt") with { Device = "avr", Board = "avr", Flash = null, OwnFlash = null, Ram = null, OwnRam = null, Stack = null, StackReserved = null, Group = "", Reason = "its firmware does not have it" },
        Footprint("mqtt-present") with
        {
            Device = "avr", Board = "avr", Flash = null, OwnFlash = null, Ram = null, OwnRam = null, SizesReason = "no linker's map of build 01234567 here; next: make -C rigs/firmware footprints",
            Stack = null, StackReserved = null, StackReason = "its firmware does not tell it (STACK)",
        },
        Runs.End(Scenario, "A flipped bit", Verdict.Pass, 10),
        RunFinished.From(new VerdictCounts(1, 0, 0, 0, 0), 20),
    ]);

    public static SchemeFootprint Footprint(string scheme) => new()
    {
        Scenario = Scenario, Scheme = scheme, Label = Label(scheme), Device = "m4", Board = "stm32f405", Build = "01234567", Flash = 60000, OwnFlash = 7000, Ram = 16000, OwnRam = 100,
        Group = "modp2048-q256", Stack = 6816, StackReserved = 16384, Provenance = Provenance.EmulatedInstructions,
    };

    public static CostCounted Cost(string scheme, string party, string phase, int hashes, int exponentiations, int ciphers) => new()
    {
        Scenario = Scenario, Scheme = scheme, Label = Label(scheme), Party = party, Device = party.StartsWith("broker", StringComparison.Ordinal) ? "harness" : "m4", Phase = phase, Hashes = hashes,
        Exponentiations = exponentiations, Ciphers = ciphers, Sha256Blocks = 2 * hashes, CipherBlocks = 3 * ciphers, Formula = "6 Th + 4 Tex + 6 Ted",
    };

    private static string Label(string scheme) => scheme switch { "augmqtt" => "as described", "mqtt-auth" => "as reconstructed", _ => "" };
}
