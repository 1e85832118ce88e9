namespace Harness.Adversary.Taps;

/// <summary>The outcome of an attack at a tap, judged from the wire.</summary>
/// <param name="Attack">The attack's name.</param>
/// <param name="Question">The property that it tries to break.</param>
/// <param name="Verdict">Fail: the attack won. Pass: it was carried out and did not. Inconclusive: it was not carried out.</param>
/// <param name="Evidence">Evidence in words; no password and no key.</param>
public sealed record TapFinding(string Attack, string Question, Verdict Verdict, string Evidence);
