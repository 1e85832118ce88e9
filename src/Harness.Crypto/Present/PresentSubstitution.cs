namespace Harness.Crypto.Present;

/// <summary>PRESENT's S-box and its inverse as Boolean functions of bit planes, x0 the least significant, on words of any width.</summary>
/// <remarks>Constant time: neither a table nor a branch. Everything here is inlined.</remarks>
internal static class PresentSubstitution
{
    /// <summary>The S-box: 14 gates (Courtois, Hulme, Mourouzis 2011, by circuit).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Forward<T>(ref T x0, ref T x1, ref T x2, ref T x3)
        where T : unmanaged, IBitwiseOperators<T, T, T>
    {
        var t1 = x1 ^ x2;
        var t2 = x2 & t1;
        var t3 = x3 ^ t2;
        var y0 = x0 ^ t3;
        t2 = t1 & t3;
        t1 ^= y0;
        t2 ^= x2;
        var y1 = t1 ^ (x0 | t2);
        t2 ^= ~x0;
        x3 = y1 ^ t2;
        x2 = t3 ^ (t2 | t1);
        x0 = y0;
        x1 = y1;
    }

    /// <summary>The inverse S-box from its algebraic normal form, with common terms computed once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Inverse<T>(ref T x0, ref T x1, ref T x2, ref T x3)
        where T : unmanaged, IBitwiseOperators<T, T, T>
    {
        var p01 = x0 & x1;
        var p02 = x0 & x2;
        var p13 = x1 & x3;
        var p012 = p01 & x2;
        var p023 = p02 & x3;
        var sum = p02 ^ p13 ^ p012 ^ (p01 & x3) ^ p023;
        var y0 = ~(x0 ^ x2 ^ p13);
        var y1 = x0 ^ x1 ^ x3 ^ (x2 & x3) ^ sum;
        var y2 = ~(x3 ^ p01 ^ (x1 & x2) ^ (x0 & x3) ^ sum);
        var y3 = x0 ^ x1 ^ x2 ^ x3 ^ p01 ^ p012 ^ p023;
        (x0, x1, x2, x3) = (y0, y1, y2, y3);
    }
}
