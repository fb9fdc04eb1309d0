(** * Claim 8: rounding errors of one convolution, in any order, and of the block

    The model of a float format: a set F of representable numbers and a rounding fl to F, with
    - fl z is a nearest representable number;
    - the relative error of fl z is at most u, or (underflow) its absolute error is at most eta;
    - a sum of two representable numbers does not underflow, and its relative error is at most u / (1 + u).
    Binary32.v shows that IEEE binary32 is of this kind, with u = 2^-24 and eta = 2^-150, as long as nothing
    overflows. Everything here is about real numbers only.

    One convolution output is a sum of products, evaluated in any order, with or without fused multiply-adds: an
    [evaluation]. Theorem: |computed - exact| <= k u A + k (1 + k u) eta, where k is the number of nonzero products
    and A the sum of their absolute values. For k u <= 1 that is at most k u A + k 2 eta. No other limit on k.

    On paper (after Jeannerod and Rump), without underflow. Claim: the error e of a subtree with k products is
    at most k u A. A product: u A. A sum of subtrees (k1, A1, e1) and (k2, A2, e2) adds an error d, and one has to show
    d <= k1 u A2 + k2 u A1, for then e1 + e2 + d <= (k1 + k2) u (A1 + A2). The addends are at most a1 = (1 + k1 u) A1
    and a2 = (1 + k2 u) A2 in absolute value. Since fl rounds to nearest and both addends are representable, d is
    at most either addend, and it is at most u (a1 + a2) / (1 + u).
    - If (1 + u) A2 <= u A1, use d <= a2 = A2 + k2 u A2. Since k2 >= 1, A2 <= k2 A2 <= k2 (u A1 - u A2).
    - If (1 + u) A1 <= u A2, likewise with d <= a1.
    - Else multiply the third bound out: for k1 >= k2 what is to be shown is
      0 <= (k2 - 1)(A1 + A2) + (k1 - k2) ((1 + u) A2 - u A1).
    Underflow: a product that underflows is exact for a product that is off by at most eta; so all of the above
    holds for products q with |q - a b| <= eta. *)

From Coq Require Import Arith List Lia Permutation Reals Lra Psatz.
Import ListNotations.
Local Open Scope R_scope.

(** ** Sums of products of real numbers *)

(** The terms of a sum of products: pairs of factors. *)
Fixpoint dot (terms : list (R * R)) : R :=
  match terms with [] => 0 | (a, b) :: rest => a * b + dot rest end.

(** A: the sum of the absolute values. *)
Fixpoint magnitude (terms : list (R * R)) : R :=
  match terms with [] => 0 | (a, b) :: rest => Rabs (a * b) + magnitude rest end.

(** k: the number of products that are not zero. *)
Fixpoint nonzero (terms : list (R * R)) : nat :=
  match terms with [] => 0%nat | (a, b) :: rest => ((if Req_EM_T (a * b) 0 then 0 else 1) + nonzero rest)%nat end.

Lemma dot_append s t : dot (s ++ t) = dot s + dot t.
Proof. induction s as [|[a b] s IH]; simpl; [|rewrite IH]; ring. Qed.

Lemma magnitude_append s t : magnitude (s ++ t) = magnitude s + magnitude t.
Proof. induction s as [|[a b] s IH]; simpl; [|rewrite IH]; ring. Qed.

Lemma nonzero_append s t : nonzero (s ++ t) = (nonzero s + nonzero t)%nat.
Proof. induction s as [|[a b] s IH]; simpl; [|rewrite IH]; lia. Qed.

Lemma magnitude_not_negative s : 0 <= magnitude s.
Proof. induction s as [|[a b] s IH]; simpl; [lra|]. pose proof (Rabs_pos (a * b)). lra. Qed.

(** The order of the terms does not matter to any of the three. *)
Lemma order_is_irrelevant s t :
  Permutation s t -> dot s = dot t /\ magnitude s = magnitude t /\ nonzero s = nonzero t.
Proof.
  induction 1 as [|[a b] s t _ (IHd & IHm & IHn)|[a b] [c d] s|s t r _ (IHd & IHm & IHn) _ (IHd2 & IHm2 & IHn2)];
    simpl; repeat split; lra || lia || congruence.
Qed.

(** ** Two inequalities *)

(** The error d of adding two subtrees. *)
Lemma addition_step (k1 k2 u A1 A2 d : R) :
  1 <= k1 -> 1 <= k2 -> 0 <= u -> 0 <= A1 -> 0 <= A2 ->
  d <= (1 + k1 * u) * A1 -> d <= (1 + k2 * u) * A2 ->
  (1 + u) * d <= u * ((1 + k1 * u) * A1 + (1 + k2 * u) * A2) ->
  d <= k1 * u * A2 + k2 * u * A1.
Proof.
  intros k1_large k2_large u_positive A1_positive A2_positive below_first below_second relative.
  destruct (Rle_lt_dec ((1 + u) * A2) (u * A1)) as [second_small|second_large].
  { assert (k2 * ((1 + u) * A2) <= k2 * (u * A1)) by (apply Rmult_le_compat_l; lra).
    assert (0 <= (k2 - 1) * A2) by (apply Rmult_le_pos; lra).
    assert (0 <= k1 * u * A2) by (repeat apply Rmult_le_pos; lra). lra. }
  destruct (Rle_lt_dec ((1 + u) * A1) (u * A2)) as [first_small|first_large].
  { assert (k1 * ((1 + u) * A1) <= k1 * (u * A2)) by (apply Rmult_le_compat_l; lra).
    assert (0 <= (k1 - 1) * A1) by (apply Rmult_le_pos; lra).
    assert (0 <= k2 * u * A1) by (repeat apply Rmult_le_pos; lra). lra. }
  apply Rmult_le_reg_l with (1 + u); [lra|].
  assert (A1 + A2 + u * (k1 * A1 + k2 * A2) <= (1 + u) * (k1 * A2 + k2 * A1)) as main.
  { destruct (Rle_lt_dec k2 k1) as [|].
    - assert (0 <= (k2 - 1) * (A1 + A2)) by (apply Rmult_le_pos; lra).
      assert (0 <= (k1 - k2) * ((1 + u) * A2 - u * A1)) by (apply Rmult_le_pos; lra). lra.
    - assert (0 <= (k1 - 1) * (A1 + A2)) by (apply Rmult_le_pos; lra).
      assert (0 <= (k2 - k1) * ((1 + u) * A1 - u * A2)) by (apply Rmult_le_pos; lra). lra. }
  apply (Rmult_le_compat_l u) in main; lra.
Qed.

(** The error d of a fused multiply-add of a product of magnitude B. *)
Lemma fused_step (k u A B d : R) :
  0 <= k -> 0 <= u -> 0 <= A -> 0 <= B ->
  d <= B -> d <= u * ((1 + k * u) * A + B) -> d <= k * u * B + u * (A + B).
Proof.
  intros k_positive u_positive A_positive B_positive below relative.
  assert (0 <= u * B) by (apply Rmult_le_pos; lra).
  destruct (Rle_lt_dec B (u * A)) as [small|large].
  - assert (0 <= k * (u * B)) by (apply Rmult_le_pos; lra). lra.
  - assert (k * u * (u * A) <= k * u * B) by (apply Rmult_le_compat_l; [apply Rmult_le_pos|]; lra). lra.
Qed.

(** ** The model *)

Section Model.

Variable F : R -> Prop.
Variable fl : R -> R.
Variables u eta : R.
Hypothesis u_not_negative : 0 <= u.
Hypothesis eta_not_negative : 0 <= eta.
Hypothesis zero_representable : F 0.
Hypothesis fl_representable : forall z, F (fl z).
Hypothesis fl_nearest : forall z f, F f -> Rabs (fl z - z) <= Rabs (f - z).
Hypothesis fl_error : forall z, Rabs (fl z - z) <= u * Rabs z \/ Rabs (fl z - z) <= eta.
Hypothesis fl_sum_error : forall a b, F a -> F b -> (1 + u) * Rabs (fl (a + b) - (a + b)) <= u * Rabs (a + b).

(** How one output is computed: an accumulator that starts at zero, products, sums of what was computed, fused
    multiply-adds; in any shape. *)
Inductive evaluation :=
  | Zero
  | Product (a b : R)
  | Add (s t : evaluation)
  | Fused (a b : R) (s : evaluation).

Fixpoint computed (t : evaluation) : R :=
  match t with
  | Zero => 0
  | Product a b => fl (a * b)
  | Add s t => fl (computed s + computed t)
  | Fused a b s => fl (a * b + computed s)
  end.

Fixpoint terms (t : evaluation) : list (R * R) :=
  match t with
  | Zero => []
  | Product a b => [(a, b)]
  | Add s t => terms s ++ terms t
  | Fused a b s => (a, b) :: terms s
  end.

Lemma fl_fixes (z : R) : F z -> fl z = z.
Proof.
  intro representable. pose proof (fl_nearest z z representable) as near.
  rewrite Rminus_eq_0, Rabs_R0 in near. destruct (Req_dec (fl z) z) as [|other]; [assumption|].
  pose proof (Rabs_pos_lt (fl z - z) ltac:(lra)). lra.
Qed.

(** The error of an addition is at most either addend. *)
Lemma sum_error_below_addends (a b : R) :
  F a -> F b -> Rabs (fl (a + b) - (a + b)) <= Rabs a /\ Rabs (fl (a + b) - (a + b)) <= Rabs b.
Proof.
  intros Fa Fb. split.
  - pose proof (fl_nearest (a + b) b Fb) as near. replace (b - (a + b)) with (- a) in near by ring.
    now rewrite Rabs_Ropp in near.
  - pose proof (fl_nearest (a + b) a Fa) as near. replace (a - (a + b)) with (- b) in near by ring.
    now rewrite Rabs_Ropp in near.
Qed.

Lemma triangle (a b c : R) : Rabs (a - c) <= Rabs (a - b) + Rabs (b - c).
Proof. replace (a - c) with ((a - b) + (b - c)) by ring. apply Rabs_triang. Qed.

Lemma value_below (v q B e : R) : Rabs q <= B -> Rabs (v - q) <= e -> Rabs v <= B + e.
Proof. intros. pose proof (Rabs_triang q (v - q)) as sum. replace (q + (v - q)) with v in sum by ring. lra. Qed.

(** The invariant of a subtree: q is the sum and B the magnitude of products that are off by eta at most. *)
Definition invariant (t : evaluation) (q B : R) : Prop :=
  let k := INR (nonzero (terms t)) in
  F (computed t) /\ Rabs q <= B /\
  Rabs (computed t - q) <= k * u * B /\
  Rabs (q - dot (terms t)) <= k * eta /\
  B <= magnitude (terms t) + k * eta /\
  (nonzero (terms t) = 0%nat -> computed t = 0 /\ q = 0 /\ B = 0).

(** Adding a product, with an accumulator s or without (s = 0): a representable product q of the same result. *)
Lemma perturbed_product (s p : R) :
  F s -> exists q, Rabs (q - p) <= eta /\ Rabs (fl (p + s) - (q + s)) <= u * Rabs (q + s) /\
                   Rabs (fl (p + s) - (q + s)) <= Rabs q.
Proof.
  intro Fs. destruct (fl_error (p + s)) as [relative|underflow].
  - exists p. rewrite Rminus_eq_0, Rabs_R0. split; [assumption|]. split; [assumption|].
    pose proof (fl_nearest (p + s) s Fs) as near. replace (s - (p + s)) with (- p) in near by ring.
    now rewrite Rabs_Ropp in near.
  - exists (fl (p + s) - s). replace (fl (p + s) - s - p) with (fl (p + s) - (p + s)) by ring.
    replace (fl (p + s) - (fl (p + s) - s + s)) with 0 by ring. rewrite Rabs_R0.
    split; [assumption|]. split; [|apply Rabs_pos]. apply Rmult_le_pos; [assumption|apply Rabs_pos].
Qed.

Lemma fused_invariant (a b : R) (s : evaluation) (q B : R) :
  invariant s q B -> exists q2 B2, invariant (Fused a b s) q2 B2.
Proof.
  unfold invariant. intros (Fs & q_below & error & off & B_below & empty).
  cbn [computed terms dot magnitude nonzero]. set (k := INR (nonzero (terms s))) in *.
  assert (0 <= k) by apply pos_INR.
  destruct (Req_EM_T (a * b) 0) as [zero|not_zero].
  - exists q, B. rewrite zero, !Rplus_0_l, Rabs_R0, Rplus_0_l, Nat.add_0_l.
    rewrite (fl_fixes _ Fs). repeat split; tauto || assumption.
  - destruct (perturbed_product (computed s) (a * b) Fs) as (p & p_off & relative & below).
    exists (p + q), (Rabs p + B). change (1 + nonzero (terms s))%nat with (S (nonzero (terms s))).
    rewrite S_INR. fold k.
    assert (0 <= B) by (pose proof (Rabs_pos q); lra). pose proof (Rabs_pos p).
    assert (Rabs (computed s) <= (1 + k * u) * B) as value
      by (pose proof (value_below (computed s) q B _ q_below error); lra).
    assert (Rabs (p + computed s) <= Rabs p + (1 + k * u) * B) as sum
      by (pose proof (Rabs_triang p (computed s)); lra).
    assert (Rabs (fl (a * b + computed s) - (p + computed s)) <= k * u * Rabs p + u * (B + Rabs p)) as step.
    { apply fused_step; try assumption. apply (Rmult_le_compat_l u) in sum; [|assumption]. lra. }
    split; [apply fl_representable|]. split; [pose proof (Rabs_triang p q); lra|]. split; [|split; [|split]].
    + pose proof (triangle (fl (a * b + computed s)) (p + computed s) (p + q)) as split_error.
      replace (p + computed s - (p + q)) with (computed s - q) in split_error by ring. lra.
    + pose proof (Rabs_triang (p - a * b) (q - dot (terms s))) as split_off.
      replace (p - a * b + (q - dot (terms s))) with (p + q - (a * b + dot (terms s))) in split_off by ring. lra.
    + pose proof (value_below p (a * b) (Rabs (a * b)) eta ltac:(lra) p_off). lra.
    + discriminate.
Qed.

Lemma add_invariant (s t : evaluation) (q1 B1 q2 B2 : R) :
  invariant s q1 B1 -> invariant t q2 B2 -> exists q B, invariant (Add s t) q B.
Proof.
  unfold invariant.
  intros (Fs & q1_below & error1 & off1 & B1_below & empty1) (Ft & q2_below & error2 & off2 & B2_below & empty2).
  cbn [computed terms]. rewrite dot_append, magnitude_append, nonzero_append, plus_INR.
  set (k1 := INR (nonzero (terms s))) in *. set (k2 := INR (nonzero (terms t))) in *.
  exists (q1 + q2), (B1 + B2).
  assert (0 <= B1) by (pose proof (Rabs_pos q1); lra). assert (0 <= B2) by (pose proof (Rabs_pos q2); lra).
  assert (0 <= k1 /\ 0 <= k2) as [k1_positive k2_positive] by (split; apply pos_INR).
  split; [apply fl_representable|]. split; [pose proof (Rabs_triang q1 q2); lra|]. split; [|split; [|split]].
  - set (d := Rabs (fl (computed s + computed t) - (computed s + computed t))).
    assert (d <= k1 * u * B2 + k2 * u * B1) as step.
    { destruct (Nat.eq_dec (nonzero (terms s)) 0) as [s_empty|s_filled].
      { destruct (empty1 s_empty) as (s_zero & _ & _). unfold d.
        rewrite s_zero, Rplus_0_l, fl_fixes, Rminus_eq_0, Rabs_R0 by assumption.
        assert (0 <= k1 * u * B2) by (repeat apply Rmult_le_pos; assumption).
        assert (0 <= k2 * u * B1) by (repeat apply Rmult_le_pos; assumption). lra. }
      destruct (Nat.eq_dec (nonzero (terms t)) 0) as [t_empty|t_filled].
      { destruct (empty2 t_empty) as (t_zero & _ & _). unfold d.
        rewrite t_zero, Rplus_0_r, fl_fixes, Rminus_eq_0, Rabs_R0 by assumption.
        assert (0 <= k1 * u * B2) by (repeat apply Rmult_le_pos; assumption).
        assert (0 <= k2 * u * B1) by (repeat apply Rmult_le_pos; assumption). lra. }
      destruct (sum_error_below_addends _ _ Fs Ft) as [below1 below2].
      pose proof (value_below _ _ _ _ q1_below error1) as value1.
      pose proof (value_below _ _ _ _ q2_below error2) as value2.
      pose proof (fl_sum_error _ _ Fs Ft) as relative. fold d in below1, below2, relative.
      apply addition_step; try assumption; try lra.
      - change 1 with (INR 1). apply le_INR. lia.
      - change 1 with (INR 1). apply le_INR. lia.
      - apply Rle_trans with (1 := relative). apply Rmult_le_compat_l; [assumption|].
        pose proof (Rabs_triang (computed s) (computed t)). lra. }
    pose proof (triangle (fl (computed s + computed t)) (computed s + computed t) (q1 + q2)) as split_error.
    pose proof (Rabs_triang (computed s - q1) (computed t - q2)) as split_rest.
    replace (computed s - q1 + (computed t - q2)) with (computed s + computed t - (q1 + q2)) in split_rest by ring.
    fold d in split_error. lra.
  - pose proof (Rabs_triang (q1 - dot (terms s)) (q2 - dot (terms t))) as split_off.
    replace (q1 - dot (terms s) + (q2 - dot (terms t))) with (q1 + q2 - (dot (terms s) + dot (terms t)))
      in split_off by ring. lra.
  - lra.
  - intro both. destruct empty1 as (s_zero & -> & ->); [lia|]. destruct empty2 as (t_zero & -> & ->); [lia|].
    rewrite s_zero, t_zero, !Rplus_0_l. rewrite fl_fixes by assumption. auto.
Qed.

Lemma zero_invariant : invariant Zero 0 0.
Proof. unfold invariant. simpl. rewrite Rminus_eq_0, Rabs_R0. repeat split; try assumption; lra. Qed.

Lemma every_evaluation (t : evaluation) : exists q B, invariant t q B.
Proof.
  induction t as [|a b|s (q1 & B1 & IHs) t (q2 & B2 & IHt)|a b s (q & B & IHs)].
  - exists 0, 0. apply zero_invariant.
  - destruct (fused_invariant a b Zero 0 0 zero_invariant) as (q & B & holds). exists q, B.
    unfold invariant in *. cbn [computed terms] in *. now rewrite Rplus_0_r in holds.
  - now apply add_invariant with q1 B1 q2 B2.
  - now apply fused_invariant with q B.
Qed.

(** Claim 8: one convolution output, in any order, with or without fused multiply-adds. *)
Theorem any_order_bound (xs : list (R * R)) (t : evaluation) :
  Permutation (terms t) xs ->
  let k := INR (nonzero xs) in
  Rabs (computed t - dot xs) <= k * u * magnitude xs + k * (1 + k * u) * eta.
Proof.
  intro order. destruct (order_is_irrelevant _ _ order) as (<- & <- & <-). simpl.
  destruct (every_evaluation t) as (q & B & _ & _ & error & off & B_below & _).
  set (k := INR (nonzero (terms t))) in *.
  assert (0 <= k * u) as ku_positive by (apply Rmult_le_pos; [apply pos_INR|assumption]).
  apply (Rmult_le_compat_l (k * u)) in B_below; [|assumption].
  pose proof (triangle (computed t) q (dot (terms t))). lra.
Qed.

(** The same for any number K of products that is at least k; for K u <= 1 the underflow term is 2 eta a product. *)
Theorem any_order_bound_for (xs : list (R * R)) (t : evaluation) (K : R) :
  Permutation (terms t) xs -> INR (nonzero xs) <= K ->
  Rabs (computed t - dot xs) <= K * u * magnitude xs + K * (1 + K * u) * eta.
Proof.
  intros order few. pose proof (any_order_bound xs t order) as bound. simpl in bound.
  set (k := INR (nonzero xs)) in *. assert (0 <= k) by apply pos_INR.
  assert (k * u <= K * u) by (now apply Rmult_le_compat_r).
  assert (0 <= k * u) by (now apply Rmult_le_pos).
  assert (k * u * magnitude xs <= K * u * magnitude xs)
    by (apply Rmult_le_compat_r; [apply magnitude_not_negative|assumption]).
  assert (k * (1 + k * u) * eta <= K * (1 + K * u) * eta)
    by (apply Rmult_le_compat_r; [assumption|apply Rmult_le_compat; lra]).
  lra.
Qed.

Corollary any_order_bound_simple (xs : list (R * R)) (t : evaluation) (K : R) :
  Permutation (terms t) xs -> INR (nonzero xs) <= K -> K * u <= 1 ->
  Rabs (computed t - dot xs) <= K * u * magnitude xs + K * (2 * eta).
Proof.
  intros order few limit. pose proof (any_order_bound_for xs t K order few).
  assert (0 <= K) by (pose proof (pos_INR (nonzero xs)); lra).
  assert (K * (1 + K * u) * eta <= K * 2 * eta)
    by (apply Rmult_le_compat_r; [assumption|apply Rmult_le_compat_l; lra]). lra.
Qed.

(** ** The block: the second stage sums what the first stage computed *)

(** Path l: the secondary weight and how the primary output it multiplies was computed. *)
Definition exact_paths (paths : list (R * evaluation)) : list (R * R) :=
  map (fun p => (fst p, dot (terms (snd p)))) paths.
Definition computed_paths (paths : list (R * evaluation)) : list (R * R) :=
  map (fun p => (fst p, computed (snd p))) paths.

(** A: the sum over l of |Wd| times the magnitude of primary output l, which is |Wd| |Wp| |x|. *)
Fixpoint block_magnitude (paths : list (R * evaluation)) : R :=
  match paths with [] => 0 | (w, t) :: rest => Rabs w * magnitude (terms t) + block_magnitude rest end.

(** The sum over l of |Wd|. *)
Fixpoint weights_magnitude (paths : list (R * evaluation)) : R :=
  match paths with [] => 0 | (w, _) :: rest => Rabs w + weights_magnitude rest end.

Lemma block_magnitude_not_negative paths : 0 <= block_magnitude paths.
Proof.
  induction paths as [|[w t] rest IH]; simpl; [lra|].
  assert (0 <= Rabs w * magnitude (terms t)) by (apply Rmult_le_pos; [apply Rabs_pos|apply magnitude_not_negative]). lra.
Qed.

Lemma weights_magnitude_not_negative paths : 0 <= weights_magnitude paths.
Proof. induction paths as [|[w t] rest IH]; simpl; [lra|]. pose proof (Rabs_pos w). lra. Qed.

(** The terms of the composed convolution: each path's weight times its primary weights. *)
Definition composed_terms (paths : list (R * evaluation)) : list (R * R) :=
  flat_map (fun p => map (fun ab => (fst p * fst ab, snd ab)) (terms (snd p))) paths.

Lemma scaled_terms (w : R) (xs : list (R * R)) :
  dot (map (fun ab => (w * fst ab, snd ab)) xs) = w * dot xs /\
  magnitude (map (fun ab => (w * fst ab, snd ab)) xs) = Rabs w * magnitude xs.
Proof.
  induction xs as [|[a b] xs [IHd IHm]]; simpl; [lra|]. rewrite IHd, IHm, Rmult_assoc, (Rabs_mult w). lra.
Qed.

(** The block and the composed convolution have the same value and the same A: |Wd| |Wp| |x| = |W| |x|. *)
Theorem same_value_and_magnitude (paths : list (R * evaluation)) :
  dot (exact_paths paths) = dot (composed_terms paths) /\ block_magnitude paths = magnitude (composed_terms paths).
Proof.
  induction paths as [|[w t] rest [IHd IHm]]; simpl; [lra|].
  rewrite dot_append, magnitude_append. destruct (scaled_terms w (terms t)) as [-> ->]. lra.
Qed.

(** The first stage's errors, weighed and added up. *)
Lemma first_stage (K1 : R) (paths : list (R * evaluation)) :
  Forall (fun p => INR (nonzero (terms (snd p))) <= K1) paths ->
  let E1 := K1 * (1 + K1 * u) * eta in
  Rabs (dot (computed_paths paths) - dot (exact_paths paths))
    <= K1 * u * block_magnitude paths + E1 * weights_magnitude paths /\
  magnitude (computed_paths paths) <= (1 + K1 * u) * block_magnitude paths + E1 * weights_magnitude paths.
Proof.
  intro few. simpl. induction few as [|[w t] rest few_here _ [IHd IHm]]; simpl in *.
  - rewrite Rminus_eq_0, Rabs_R0. lra.
  - set (E1 := K1 * (1 + K1 * u) * eta) in *.
    pose proof (any_order_bound_for (terms t) t K1 (Permutation_refl _) few_here) as error. fold E1 in error.
    pose proof (Rabs_pos w) as w_positive.
    assert (Rabs (dot (terms t)) <= magnitude (terms t)) as below.
    { clear. induction (terms t) as [|[a b] s IH]; simpl; [rewrite Rabs_R0; lra|].
      pose proof (Rabs_triang (a * b) (dot s)). lra. }
    pose proof (value_below _ _ _ _ below error) as value.
    apply (Rmult_le_compat_l (Rabs w)) in value; [|assumption].
    apply (Rmult_le_compat_l (Rabs w)) in error; [|assumption].
    rewrite <- Rabs_mult in value, error. split; [|lra].
    pose proof (Rabs_triang (w * (computed t - dot (terms t)))
      (dot (computed_paths rest) - dot (exact_paths rest))) as sum.
    replace (w * (computed t - dot (terms t)) + (dot (computed_paths rest) - dot (exact_paths rest)))
      with (w * computed t + dot (computed_paths rest) - (w * dot (terms t) + dot (exact_paths rest))) in sum by ring.
    lra.
Qed.

(** Claim 8: the two-stage bound, for at most K1 nonzero products in a primary output and K2 in the secondary. *)
Theorem two_stage_bound (K1 K2 : R) (paths : list (R * evaluation)) (t : evaluation) :
  0 <= K1 ->
  Forall (fun p => INR (nonzero (terms (snd p))) <= K1) paths ->
  Permutation (terms t) (computed_paths paths) ->
  INR (nonzero (computed_paths paths)) <= K2 ->
  Rabs (computed t - dot (exact_paths paths)) <=
    ((1 + K1 * u) * (1 + K2 * u) - 1) * block_magnitude paths
    + K1 * (1 + K1 * u) * (1 + K2 * u) * eta * weights_magnitude paths + K2 * (1 + K2 * u) * eta.
Proof.
  intros K1_positive few order few2. destruct (first_stage K1 paths few) as [error1 magnitude1].
  pose proof (any_order_bound_for _ t K2 order few2) as error2.
  assert (0 <= K2 * u) as K2u_positive
    by (apply Rmult_le_pos; [pose proof (pos_INR (nonzero (computed_paths paths))); lra|assumption]).
  apply (Rmult_le_compat_l (K2 * u)) in magnitude1; [|assumption].
  pose proof (triangle (computed t) (dot (computed_paths paths)) (dot (exact_paths paths))). lra.
Qed.

(** The form that the oracle uses: underflow adds K1 2 eta sum |Wd| + K2 2 eta; for (1 + K1 u)(1 + K2 u) <= 2. *)
Corollary two_stage_bound_simple (K1 K2 : R) (paths : list (R * evaluation)) (t : evaluation) :
  0 <= K1 ->
  Forall (fun p => INR (nonzero (terms (snd p))) <= K1) paths ->
  Permutation (terms t) (computed_paths paths) ->
  INR (nonzero (computed_paths paths)) <= K2 ->
  (1 + K1 * u) * (1 + K2 * u) <= 2 ->
  Rabs (computed t - dot (exact_paths paths)) <=
    ((1 + K1 * u) * (1 + K2 * u) - 1) * block_magnitude paths
    + K1 * (2 * eta) * weights_magnitude paths + K2 * (2 * eta).
Proof.
  intros K1_positive few order few2 limit. pose proof (two_stage_bound K1 K2 paths t K1_positive few order few2).
  assert (0 <= K2) by (pose proof (pos_INR (nonzero (computed_paths paths))); lra).
  assert (0 <= K1 * u /\ 0 <= K2 * u) as [K1u_positive K2u_positive] by (split; now apply Rmult_le_pos).
  assert (0 <= K1 * u * (K2 * u)) by now apply Rmult_le_pos.
  assert (1 + K2 * u <= 2) by lra.
  assert (K1 * ((1 + K1 * u) * (1 + K2 * u)) * (eta * weights_magnitude paths) <=
          K1 * 2 * (eta * weights_magnitude paths)).
  { apply Rmult_le_compat_r; [apply Rmult_le_pos; [assumption|apply weights_magnitude_not_negative]|].
    now apply Rmult_le_compat_l. }
  assert (K2 * (1 + K2 * u) * eta <= K2 * 2 * eta)
    by (apply Rmult_le_compat_r; [assumption|now apply Rmult_le_compat_l]).
  lra.
Qed.

(** ** An implementation that forms the composite kernel first, rounded, and then convolves with it *)

(** A tap: secondary weight, primary weight, pixel. *)
Definition exact_taps (taps : list (R * R * R)) : list (R * R) := map (fun t => (fst (fst t) * snd (fst t), snd t)) taps.
Definition rounded_taps (taps : list (R * R * R)) : list (R * R) :=
  map (fun t => (fl (fst (fst t) * snd (fst t)), snd t)) taps.

(** The sum of the |x|. *)
Fixpoint pixels_magnitude (taps : list (R * R * R)) : R :=
  match taps with [] => 0 | (_, x) :: rest => Rabs x + pixels_magnitude rest end.

Lemma rounded_kernel (taps : list (R * R * R)) :
  Rabs (dot (rounded_taps taps) - dot (exact_taps taps))
    <= u * magnitude (exact_taps taps) + eta * pixels_magnitude taps /\
  magnitude (rounded_taps taps) <= (1 + u) * magnitude (exact_taps taps) + eta * pixels_magnitude taps.
Proof.
  induction taps as [|[[d p] x] rest [IHd IHm]]; simpl; [rewrite Rminus_eq_0, Rabs_R0; lra|].
  assert (Rabs (fl (d * p) - d * p) <= u * Rabs (d * p) + eta) as error.
  { assert (0 <= u * Rabs (d * p)) by (apply Rmult_le_pos; [assumption|apply Rabs_pos]).
    destruct (fl_error (d * p)); lra. }
  pose proof (value_below _ _ _ _ (Rle_refl (Rabs (d * p))) error) as value.
  pose proof (Rabs_pos x) as x_positive.
  apply (Rmult_le_compat_r (Rabs x)) in value; [|assumption].
  apply (Rmult_le_compat_r (Rabs x)) in error; [|assumption].
  rewrite Rmult_plus_distr_r, Rmult_assoc, <- !Rabs_mult in error.
  rewrite !Rmult_plus_distr_r, Rmult_assoc, <- !Rabs_mult in value. split; [|lra].
  pose proof (Rabs_triang ((fl (d * p) - d * p) * x) (dot (rounded_taps rest) - dot (exact_taps rest))) as sum.
  replace ((fl (d * p) - d * p) * x + (dot (rounded_taps rest) - dot (exact_taps rest)))
    with (fl (d * p) * x + dot (rounded_taps rest) - (d * p * x + dot (exact_taps rest))) in sum by ring.
  lra.
Qed.

(** The bound (K + 1) u + K u u for an implementation declared as composed; K = G S products. *)
Theorem composed_bound (K : R) (taps : list (R * R * R)) (t : evaluation) :
  Permutation (terms t) (rounded_taps taps) -> INR (nonzero (rounded_taps taps)) <= K ->
  Rabs (computed t - dot (exact_taps taps)) <=
    ((K + 1) * u + K * u * u) * magnitude (exact_taps taps)
    + (1 + K * u) * eta * pixels_magnitude taps + K * (1 + K * u) * eta.
Proof.
  intros order few. destruct (rounded_kernel taps) as [error1 magnitude1].
  pose proof (any_order_bound_for _ t K order few) as error2.
  assert (0 <= K * u) by (apply Rmult_le_pos; [pose proof (pos_INR (nonzero (rounded_taps taps))); lra|assumption]).
  apply (Rmult_le_compat_l (K * u)) in magnitude1; [|assumption].
  pose proof (triangle (computed t) (dot (rounded_taps taps)) (dot (exact_taps taps))). lra.
Qed.

End Model.
